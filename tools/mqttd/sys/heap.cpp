#include "tools/mqttd/sys/heap.hpp"

#include <malloc.h>

namespace mqttd {

std::uint64_t heap_bytes_in_use() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

} // namespace mqttd
