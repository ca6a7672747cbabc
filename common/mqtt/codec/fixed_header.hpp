// What the first byte of a packet may be: its type, and flags that are fixed for all types but
// PUBLISH.
#pragma once

#include "common/mqtt/codec/byte_reader.hpp"

namespace mqtt::codec {

/// Remembers an error unless the flags are the ones of this type and version. In 3.1, SUBSCRIBE,
/// UNSUBSCRIBE and PUBREL may have DUP besides. Not for PUBLISH. [MQTT-2.1.3-1] [MQTT311-2.2.2-1]
void check_flags(ByteReader& in, const Frame& frame);

} // namespace mqtt::codec
