#include "tools/mqttd/sys/heap.hpp"
#include "tools/mqttd/sys/version.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <vector>

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool heap_is_known = false;
#else
constexpr bool heap_is_known = true;
#endif

TEST(Heap, a_large_block_is_counted_while_it_lives) {
    const std::uint64_t before = mqttd::heap_bytes_in_use();
    std::uint64_t during = 0;
    {
        const std::vector<char> block(8'000'000, 'x');
        during = mqttd::heap_bytes_in_use() + static_cast<std::uint64_t>(block.front() - 'x');
    }
    const std::uint64_t after = mqttd::heap_bytes_in_use();
    if (heap_is_known) {
        EXPECT_GE(during, before + 8'000'000);
        EXPECT_LT(after, before + 8'000'000);
    } else {
        EXPECT_EQ(before, after);
    }
}

TEST(Version, the_text_names_the_program_and_a_number) {
    const std::string_view text = mqttd::version_text();
    ASSERT_EQ(text.rfind("mqttd version ", 0), 0U);
    EXPECT_NE(std::isdigit(static_cast<unsigned char>(text.at(14))), 0);
}

} // namespace
