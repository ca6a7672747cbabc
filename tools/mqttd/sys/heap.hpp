// The heap of this process, as the C library sees it. Any thread; takes the allocator's locks for a
// moment, so it is for the $SYS interval and for memory_limit checks a few times a second, not for
// the path of a message.
#pragma once

#include <cstdint>

namespace mqttd {

/// Bytes in use by the program, large mapped blocks included. 0 under a sanitizer, whose allocator
/// does not tell.
[[nodiscard]] std::uint64_t heap_bytes_in_use();

} // namespace mqttd
