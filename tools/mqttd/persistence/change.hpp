// One change of what is kept on disk. Sessions and the retained set write changes into their
// shard's Journal; the store thread plans them into net changes, and a Store applies those. Any
// thread, one at a time.
#pragma once

#include "tools/mqttd/persistence/records.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace mqttd {

class Change {
public:
    enum class Kind : std::uint8_t {
        put_message,  ///< id, message; in net changes only, before the first row that names it
        drop_message, ///< id; in net changes only, after the last row that named it
        put_row,      ///< row, message
        update_row,   ///< row.id, row.state, row.packet_id; awaiting_pubcomp: its message goes
        drop_row,     ///< row.id
        put_session,  ///< session_record(); replaces an older one
        drop_session, ///< id; with subscriptions and unreleased ids. Rows are dropped one by one
        put_subscription,  ///< subscription_record(); replaces an older one to the same filter
        drop_subscription, ///< subscription_record(): session and filter
        put_unreleased,    ///< id = session, packet_id: a QoS 2 message whose PUBREL has not come
        drop_unreleased,   ///< id = session, packet_id
        settle,            ///< in journals only: what bears this token may be committed
    };

    /// A row as it is in a journal; in net changes message_id is set as well.
    [[nodiscard]] RowRecord row() const {
        return {
            .id = id,
            .session = session,
            .message = message_id,
            .identifier = identifier,
            .packet_id = packet_id,
            .state = state,
            .qos = qos,
            .retain = retain,
            .shared =
                kind == Kind::put_row ? std::static_pointer_cast<const SharedKey>(detail) : nullptr,
        };
    }

    /// Precondition of both: kind says that there is one.
    [[nodiscard]] const SessionRecord& session_record() const {
        return *static_cast<const SessionRecord*>(detail.get());
    }

    [[nodiscard]] const SubscriptionRecord& subscription_record() const {
        return *static_cast<const SubscriptionRecord*>(detail.get());
    }

    Kind kind = Kind::put_row;
    RowState state = RowState::queued;
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
    mqtt::PacketId packet_id = 0;
    std::uint16_t token = 0; ///< 0: none; else 1 + index into the tokens of the group
    std::uint32_t identifier = 0;
    StoreId id = 0;      ///< of the row, the session or the message
    StoreId session = 0; ///< of a row
    StoreId message_id = 0;
    /// Of a row. When a row is dropped, or updated to awaiting_pubcomp, the one that it lets go.
    MessagePtr message;
    /// SharedKey, SessionRecord or SubscriptionRecord, as the kind says.
    std::shared_ptr<const void> detail;
};

} // namespace mqttd
