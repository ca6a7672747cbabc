// A store as text: one JSON object a line for each session, subscription, message and place of a
// message in a queue. Beside main.cpp because the daemon itself writes no JSON.
#pragma once

#include "tools/mqttd/persistence/store.hpp"

#include <iosfwd>

namespace mqttd {

class StoreLines final : public StoreReader {
public:
    /// out must outlive the reader.
    StoreLines(std::ostream& out, const StoreTimes& times) : out_(out), times_(times) {}

    void on_session(SessionRecord session) override;
    void on_subscription(SubscriptionRecord subscription) override;
    void on_unreleased(StoreId session, mqtt::PacketId packet_id) override;
    void on_message(StoreId id, const MessageParts& message) override;
    void on_row(RowRecord row) override;

private:
    std::ostream& out_;
    StoreTimes times_;
};

} // namespace mqttd
