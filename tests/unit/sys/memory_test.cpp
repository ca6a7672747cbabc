#include "tools/mqttd/sys/memory.hpp"
#include "tools/mqttd/sys/version.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <vector>

namespace {

TEST(Memory, a_large_block_is_counted_while_it_lives) {
    const std::uint64_t before = mqttd::private_bytes();
    std::uint64_t during = 0;
    {
        const std::vector<char> block(8'000'000, 'x');
        during = mqttd::private_bytes() + static_cast<std::uint64_t>(block.front() - 'x');
    }
    ASSERT_GT(before, 0U);
    EXPECT_GE(during, before + 7'500'000);
}

TEST(Version, the_text_names_the_program_and_a_number) {
    const std::string_view text = mqttd::version_text();
    ASSERT_EQ(text.rfind("mqttd version ", 0), 0U);
    EXPECT_NE(std::isdigit(static_cast<unsigned char>(text.at(14))), 0);
}

} // namespace
