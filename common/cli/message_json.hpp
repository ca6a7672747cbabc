// A received message as one JSON object: valid for any payload. Pure.
#pragma once

#include "common/mqtt/packet/packets.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

enum class JsonPayload : std::uint8_t {
    as_string, ///< %j
    as_value,  ///< %J: a payload that is JSON becomes part of the object
};

/// {"tst", "topic", "qos", "retain", "payloadlen", ["mid"], ["properties"], "payload"} in one line.
/// A payload that is not UTF-8, and one that is not JSON where JSON is wanted, becomes a string;
/// bytes that are not UTF-8 become base64, with "payloadencoding":"base64". tst: the time.
[[nodiscard]] std::string
message_json(const mqtt::Publish& packet, std::string_view tst, JsonPayload style);

/// {"content-type": …, "user-properties": [{name: value}, …]}.
[[nodiscard]] std::string properties_json(const mqtt::PropertyList& list);

} // namespace cli
