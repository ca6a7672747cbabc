#include "common/mqtt/topic/text_pool.hpp"

#include "common/base/assert.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <algorithm>

namespace mqtt::topic {

Handle TextPool::create(std::string_view first, std::string_view second, std::string_view third) {
    const std::size_t joined = first.size() + second.size() + third.size();
    MIDGE_ASSERT(joined <= max_string_length, "a topic has at most 65535 bytes");
    const auto size = static_cast<std::uint16_t>(joined);
    const Handle block = pool_.allocate(value_size_ + sizeof size + joined);
    std::byte* const at = pool_.at(block) + value_size_;
    std::memcpy(at, &size, sizeof size);
    char* out = reinterpret_cast<char*>(at + sizeof size);
    for (const std::string_view part : {first, second, third})
        out = std::copy(part.begin(), part.end(), out);
    return block;
}

} // namespace mqtt::topic
