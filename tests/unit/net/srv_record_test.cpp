#include "common/net/srv_record.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace net {

namespace {

SrvRecord record(std::uint16_t priority, std::uint16_t weight, const std::string& host) {
    return {.priority = priority, .weight = weight, .server = {host, 1883}};
}

std::string order(const std::vector<SrvRecord>& records, std::uint64_t seed = 1) {
    base::FixedEntropy entropy(seed);
    std::string text;
    for (const HostPort& server : in_order_of_trial(records, entropy))
        text += server.host;
    return text;
}

/// How often each server comes first.
std::map<char, int> firsts(const std::vector<SrvRecord>& records) {
    std::map<char, int> counts;
    for (std::uint64_t seed = 0; seed < 1000; ++seed)
        ++counts[order(records, seed).front()];
    return counts;
}

TEST(SrvRecord, smaller_priorities_come_first) {
    EXPECT_EQ(order({record(30, 1, "c"), record(10, 1, "a"), record(20, 1, "b")}), "abc");
    EXPECT_EQ(order({}), "");
}

TEST(SrvRecord, within_a_priority_chance_decides_by_weight) {
    auto counts = firsts({record(1, 60, "a"), record(1, 30, "b"), record(1, 10, "c")});
    EXPECT_NEAR(counts['a'], 600, 60);
    EXPECT_NEAR(counts['b'], 300, 60);
    EXPECT_NEAR(counts['c'], 100, 40);
}

TEST(SrvRecord, each_is_tried_once_and_weight_0_seldom_first) {
    auto counts = firsts({record(1, 99, "a"), record(1, 0, "b")});
    EXPECT_GT(counts['a'], 950);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const std::string text =
            order({record(1, 0, "a"), record(1, 0, "b"), record(0, 5, "c")}, seed);
        EXPECT_EQ(text.size(), 3U);
        EXPECT_EQ(text.front(), 'c');
        EXPECT_NE(text[1], text[2]);
    }
}

/// _mqtt._tcp.x with two records, and an alias that does not count.
const std::string answer(
    "\x12\x34\x81\x80\0\1\0\3\0\0\0\0"
    "\5_mqtt\4_tcp\1x\0\0\x21\0\1"
    "\xC0\x0C\0\x21\0\1\0\0\0\x3C\0\x0B\0\x0A\0\5\x07\x5B\2b1\xC0\x17"
    "\xC0\x0C\0\5\0\1\0\0\0\x3C\0\2\xC0\x17"
    "\xC0\x0C\0\x21\0\1\0\0\0\x3C\0\7\0\1\0\0\0\0\0",
    12 + 18 + 23 + 14 + 19
);

TEST(SrvRecord, an_answer_is_read) {
    const std::vector<SrvRecord> records = parse_srv_answer(base::as_bytes(answer));
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].priority, 10);
    EXPECT_EQ(records[0].weight, 5);
    EXPECT_EQ(to_text(records[0].server), "b1.x:1883");
    EXPECT_EQ(records[1].server.host, ".") << "the service is not offered";
}

TEST(SrvRecord, an_answer_that_is_cut_anywhere_does_no_harm) {
    for (std::size_t size = 0; size < answer.size(); ++size) {
        const std::string part = answer.substr(0, size);
        EXPECT_LE(parse_srv_answer(base::as_bytes(part)).size(), 2U);
    }
}

} // namespace

} // namespace net
