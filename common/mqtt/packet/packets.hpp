// The packets of MQTT 3.1, 3.1.1 and 5.0 as plain structs. Decoded ones are views into the frame
// they came from. Reason codes are those of 5.0; the codec translates for older versions.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/property_list.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "common/mqtt/spec/reason_code.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace mqtt {

struct Will {
    std::string_view topic;
    base::Bytes payload;
    Qos qos = Qos::at_most_once;
    bool retain = false;
    PropertyList properties;
};

struct Connect {
    ProtocolVersion version = ProtocolVersion::v5;
    bool bridge =
        false; ///< bit 0x80 of the protocol level (3.1 and 3.1.1): a bridge that wants no echo
    bool clean_start = true;
    std::uint16_t keep_alive = 0; ///< seconds, 0 = off
    std::string_view client_id;
    std::optional<Will> will;
    std::optional<std::string_view> user_name;
    std::optional<base::Bytes> password;
    PropertyList properties;
};

struct Connack {
    bool session_present = false;
    ReasonCode reason = ReasonCode::success;
    PropertyList properties;
};

struct Publish {
    bool dup = false;
    Qos qos = Qos::at_most_once;
    bool retain = false;
    PacketId packet_id = 0; ///< 0 when QoS 0
    std::string_view topic; ///< may be empty in 5.0 when a topic alias is present
    PropertyList properties;
    base::Bytes payload;
    base::Bytes received{}; ///< the whole packet as it came, where plain_publish() read it
};

/// What PUBACK, PUBREC, PUBREL and PUBCOMP have in common.
struct PublishReply {
    PacketId packet_id = 0;
    ReasonCode reason = ReasonCode::success;
    PropertyList properties;
};

struct Puback : PublishReply {};

struct Pubrec : PublishReply {};

struct Pubrel : PublishReply {};

struct Pubcomp : PublishReply {};

enum class RetainHandling : std::uint8_t { always = 0, new_subscription = 1, never = 2 };

struct SubscriptionOptions {
    Qos qos = Qos::at_most_once;
    bool no_local = false;
    bool retain_as_published = false;
    RetainHandling retain_handling = RetainHandling::always;

    bool operator==(const SubscriptionOptions&) const = default;
};

struct SubscriptionRequest {
    std::string_view filter;
    SubscriptionOptions options;
};

struct Subscribe {
    PacketId packet_id = 0;
    PropertyList properties;
    std::vector<SubscriptionRequest> requests; ///< at least one
};

struct Suback {
    PacketId packet_id = 0;
    PropertyList properties;
    std::vector<ReasonCode> reasons; ///< one for each request, in order
};

struct Unsubscribe {
    PacketId packet_id = 0;
    PropertyList properties;
    std::vector<std::string_view> filters; ///< at least one
};

struct Unsuback {
    PacketId packet_id = 0;
    PropertyList properties;
    std::vector<ReasonCode> reasons; ///< empty in 3.1 and 3.1.1
};

struct Pingreq {};

struct Pingresp {};

struct Disconnect {
    ReasonCode reason = ReasonCode::success;
    PropertyList properties;
};

struct Auth {
    ReasonCode reason = ReasonCode::success;
    PropertyList properties;
};

using Packet = std::variant<
    Connect,
    Connack,
    Publish,
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
    Subscribe,
    Suback,
    Unsubscribe,
    Unsuback,
    Pingreq,
    Pingresp,
    Disconnect,
    Auth>;

} // namespace mqtt
