#include "common/base/json_text.hpp"
#include "tests/unit/sysmon/script.hpp"
#include "tools/mqtt-sysmon/numbers.hpp"
#include "tools/mqtt-sysmon/recording.hpp"
#include "tools/mqtt-sysmon/report.hpp"

#include <gtest/gtest.h>

namespace mqtt_sysmon {
namespace {

using namespace std::chrono_literals;

class Report : public testing::Test {
protected:
    Report() {
        script.round({{"uptime", "1 seconds"}, {"bytes/sent", "1000"}, {"version", "a \"b\""}});
        script.wait();
        script.round({{"uptime", "11 seconds"}, {"bytes/sent", "3000"}, {"clients/connected", "2"}}
        );
    }

    Script script;

    base::SteadyTime now() { return script.clock.now(); }

    base::WallTime wall() { return script.clock.wall_now(); }
};

TEST_F(Report, lines_have_rates_beside_counters) {
    EXPECT_EQ(
        all_lines(script.state, now()),
        "bytes.sent 3000 (200/s)\nclients.connected 2\nuptime 11 seconds\nversion a \"b\"\n"
    );
}

TEST_F(Report, JSON_is_valid_and_has_numbers_as_numbers) {
    const std::string line = json_line(script.state, now(), wall());
    EXPECT_TRUE(base::is_json(line)) << line;
    EXPECT_NE(line.find("\"bytes.sent\":{\"value\":3000,\"rate\":200}"), std::string::npos) << line;
    EXPECT_NE(line.find("\"version\":{\"value\":\"a \\\"b\\\"\"}"), std::string::npos) << line;
}

TEST_F(Report, CSV_has_an_empty_field_for_what_is_not_known) {
    EXPECT_EQ(
        csv_line(script.state, now(), wall()),
        "2019-12-20T01:00:10.600Z,\"broker:1883\",0,2,,,,200,,,,,"
    );
}

TEST_F(Report, old_values_are_never_shown_as_if_they_were_of_now) {
    script.state.on_lost("connection refused", now(), wall());
    EXPECT_EQ(all_lines(script.state, now()), "stale: connection refused\n");
    EXPECT_EQ(
        csv_line(script.state, now(), wall()),
        "2019-12-20T01:00:10.600Z,\"broker:1883\",1,,,,,,,,,,"
    );
    EXPECT_EQ(json_line(script.state, now(), wall()).find("3000"), std::string::npos);
    const std::string text = prometheus_text({&script.state}, now());
    EXPECT_NE(text.find("mqtt_up{broker=\"broker:1883\"} 0\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("3000"), std::string::npos) << text;
}

TEST_F(Report, Prometheus_gets_each_metric_once_with_all_brokers_below_it) {
    Script other;
    other.round({{"bytes/sent", "7"}});
    const std::string text = prometheus_text({&script.state, &other.state}, now());
    EXPECT_NE(
        text.find("# TYPE mqtt_bytes_sent_total counter\n"
                  "mqtt_bytes_sent_total{broker=\"broker:1883\"} 3000\n"
                  "mqtt_bytes_sent_total{broker=\"broker:1883\"} 7\n"),
        std::string::npos
    ) << text;
    EXPECT_EQ(text.find("version"), std::string::npos);
}

TEST(Numbers, are_short_and_have_no_zeros_at_the_end) {
    EXPECT_EQ(plain_number(3.5), "3.5");
    EXPECT_EQ(plain_number(1e12), "1000000000000");
    EXPECT_EQ(plain_number(-0.0001), "0");
    EXPECT_EQ(short_number(0), "0");
    EXPECT_EQ(short_number(9.999), "10");
    EXPECT_EQ(short_number(12345), "12.3k");
    EXPECT_EQ(short_number(999600), "1M");
    EXPECT_EQ(short_bytes(17), "17 B");
    EXPECT_EQ(short_bytes(1536), "1.5 KiB");
}

TEST(Recording, a_line_is_read_as_it_was_written) {
    const RecordedMessage message{1234ms, 1, "$SYS/broker/x", "a \"b\"\n"};
    const auto again = parse_record(record_line(message));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->at, 1234ms);
    EXPECT_EQ(again->broker, 1U);
    EXPECT_EQ(again->topic, message.topic);
    EXPECT_EQ(again->payload, message.payload);
    for (const char* wrong : {"", "{}", "[1]", R"({"at":1,"broker":-1,"topic":"a","payload":"b"})"})
        EXPECT_FALSE(parse_record(wrong).has_value()) << wrong;
}

} // namespace
} // namespace mqtt_sysmon
