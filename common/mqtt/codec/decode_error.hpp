// Why bytes are not a packet: the reason code to answer with, the clause that forbids it, and where
// it is.
#pragma once

#include "common/base/result.hpp"
#include "common/mqtt/spec/reason_code.hpp"

#include <cstdint>
#include <string_view>

namespace mqtt::codec {

struct DecodeError {
    ReasonCode reason = ReasonCode::malformed_packet;
    std::uint32_t offset = 0; ///< from the first byte of the packet
    std::string_view clause;  ///< "MQTT-3.3.2-2"; static storage
    std::string_view what;    ///< "topic name contains a wildcard"; static storage
};

template <typename Value>
using Decoded = base::Result<Value, DecodeError>;

} // namespace mqtt::codec
