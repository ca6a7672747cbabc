#include "tools/mqttd/context/output_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mqttd {
namespace {

void append(OutputBuffer& output, const std::string& text) {
    std::copy(text.begin(), text.end(), output.extend(text.size()));
}

TEST(OutputBuffer, bytes_leave_in_the_order_they_came) {
    SpareOutputs spare;
    OutputBuffer output;
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
        const std::string packet = "packet " + std::to_string(i) + ';';
        append(output, packet);
        expected += packet;
        if (i % 3 != 0) continue;
        output.consume(5, spare);
        expected.erase(0, 5);
    }
    EXPECT_EQ(base::as_text(output.bytes()), expected);
    output.consume(output.size(), spare);
    EXPECT_TRUE(output.empty());
    EXPECT_FALSE(output.has_memory());
}

TEST(OutputBuffer, the_memory_of_a_large_output_serves_the_next_connection) {
    SpareOutputs spare;
    OutputBuffer first;
    append(first, std::string(20'000, 'a'));
    const auto* const memory = first.bytes().data();
    first.consume(20'000, spare);

    OutputBuffer second;
    second.borrow(spare);
    EXPECT_TRUE(second.has_memory());
    append(second, "b");
    EXPECT_EQ(second.bytes().data(), memory);

    OutputBuffer third;
    third.borrow(spare);
    EXPECT_FALSE(third.has_memory());
}

TEST(OutputBuffer, memory_that_is_small_or_large_or_one_too_many_is_not_kept) {
    SpareOutputs spare;
    for (const std::size_t size : {std::size_t{100}, std::size_t{200'000}}) {
        OutputBuffer output;
        append(output, std::string(size, 'a'));
        output.consume(size, spare);
        EXPECT_EQ(spare.take().capacity, 0U) << size;
    }
    std::vector<OutputBuffer> many(100);
    for (OutputBuffer& output : many)
        append(output, std::string(20'000, 'a'));
    for (OutputBuffer& output : many)
        output.consume(20'000, spare);
    std::size_t kept = 0;
    while (spare.take().capacity != 0)
        ++kept;
    EXPECT_EQ(kept, 16U);
}

} // namespace
} // namespace mqttd
