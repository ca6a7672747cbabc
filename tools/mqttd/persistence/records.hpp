// What is kept on disk, as plain values: sessions, subscriptions, rows (a message in one session's
// queue, or retained) and the identifiers that name them. Plain structs without behaviour; whoever
// holds one may be on any thread.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/auth/realm.hpp"
#include "tools/mqttd/publish/message.hpp"
#include "tools/mqttd/routing/subscription.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mqttd {

/// Of a session, a row or a message; unique among its kind in one store and never used again. 0:
/// none.
using StoreId = std::uint64_t;

/// How far the delivery of one message to one session has come. [MQTT5 4.3]
enum class RowState : std::uint8_t {
    queued = 0,           ///< not sent yet; also retained messages
    awaiting_puback = 1,  ///< QoS 1, in flight
    awaiting_pubrec = 2,  ///< QoS 2, in flight
    awaiting_pubcomp = 3, ///< QoS 2, received by the client: the message itself is gone
};

/// A will, as CONNECT gave it. [MQTT5 3.1.2.5]
struct WillRecord {
    std::string topic; ///< mount point included
    base::ByteBuffer payload;
    base::ByteBuffer properties; ///< the forwarded ones, as they are on the wire
    std::uint64_t property_mask = 0;
    std::uint32_t delay = 0;             ///< seconds
    std::optional<std::uint32_t> expiry; ///< seconds, from the moment of publication
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
};

/// A session with all that is not a list. [MQTT5 4.1]
struct SessionRecord {
    StoreId id = 0;
    std::string client_id;
    std::string user;            ///< empty: none was given
    Realm realm = Realm::nobody; ///< where the client has shown to be this user
    bool speaks_v5 = false;
    std::string listener;     ///< where it is, or was last, connected: "1883 127.0.0.1"
    std::uint32_t expiry = 0; ///< seconds; session_never_expires = for ever
    /// When its connection ended; nullopt: it is connected.
    std::optional<base::WallTime> disconnected;
    std::optional<WillRecord> will;
};

struct SubscriptionRecord {
    StoreId session = 0;
    std::string filter; ///< mount point included; "$share/group/filter" for a shared one
    Subscription subscription;
};

/// One message for one session, or a retained one.
struct RowRecord {
    StoreId id = 0;               ///< increases in the order of delivery within a session
    StoreId session = 0;          ///< 0: the message is retained
    StoreId message = 0;          ///< 0 in state awaiting_pubcomp
    std::uint32_t identifier = 0; ///< of the subscription, 0 = none
    mqtt::PacketId packet_id = 0; ///< 0 while queued
    RowState state = RowState::queued;
    mqtt::Qos qos = mqtt::Qos::at_most_once; ///< of the delivery
    bool retain = false;                     ///< of the delivery
    SharedKeyPtr shared;                     ///< set when it came through a shared subscription
};

} // namespace mqttd
