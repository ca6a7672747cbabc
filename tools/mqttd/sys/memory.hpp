// The memory that this process holds, as the kernel sees it, so that the figure means the same with
// any allocator. Reads a file of /proc: for the $SYS interval and the memory_limit check, not for
// the path of a message. Any thread.
#pragma once

#include <cstdint>

namespace mqttd {

/// Bytes of resident memory that belong to this process alone (heap and stacks; no program text or
/// shared library). 0 where the kernel does not tell.
[[nodiscard]] std::uint64_t private_bytes();

} // namespace mqttd
