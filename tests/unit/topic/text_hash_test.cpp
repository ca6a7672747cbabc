#include "common/mqtt/topic/text_hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mqtt::topic {
namespace {

TEST(TextHash, the_same_text_and_seed_give_the_same_hash) {
    const std::string text = "bench/device-000123/sensor/temperature/indoor";
    EXPECT_EQ(TextHash{1}(text), TextHash{1}(std::string(text)));
    EXPECT_NE(TextHash{1}(text), TextHash{2}(text));
}

TEST(TextHash, every_byte_counts_at_every_length) {
    const TextHash hash{7};
    for (std::size_t size = 0; size <= 300; ++size) {
        std::string text(size, 'a');
        std::set<std::uint64_t> seen{hash(text)};
        for (char& character : text) {
            character = 'b';
            EXPECT_TRUE(seen.insert(hash(text)).second) << "length " << size;
            character = 'a';
        }
    }
}

TEST(TextHash, lengths_of_the_same_byte_differ) {
    const TextHash hash{7};
    for (const char byte : {'a', '\0'}) {
        std::set<std::uint64_t> seen;
        for (std::size_t size = 0; size <= 1000; ++size)
            EXPECT_TRUE(seen.insert(hash(std::string(size, byte))).second) << "length " << size;
    }
}

TEST(TextHash, low_bits_spread_evenly) {
    const TextHash hash{11};
    constexpr std::size_t buckets = 64;
    constexpr std::size_t texts = 64'000;
    std::vector<std::size_t> counts(buckets);
    for (std::size_t number = 0; number < texts; ++number)
        ++counts[(hash("dev/" + std::to_string(number)) & 0xFFFF'FFFFU) * buckets >> 32U];
    for (const std::size_t count : counts) {
        EXPECT_GT(count, texts / buckets * 8 / 10);
        EXPECT_LT(count, texts / buckets * 12 / 10);
    }
}

TEST(TextHash, pairs_differ_by_either_part) {
    const TextHash hash{5};
    std::set<std::uint64_t> seen;
    for (std::uint32_t number = 0; number < 100; ++number) {
        for (const char* const level : {"a", "b", "sensor"})
            EXPECT_TRUE(seen.insert(hash.pair(hash(level), number)).second);
    }
}

} // namespace
} // namespace mqtt::topic
