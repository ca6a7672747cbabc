#include "tools/mqtt-bench/run/broker_process.hpp"
#include "tools/mqtt-bench/run/comparison.hpp"
#include "tools/mqtt-bench/run/report.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bench {
namespace {

TEST(Show, four_digits_with_a_unit) {
    EXPECT_EQ(show(0, Unit::count), "0");
    EXPECT_EQ(show(9999, Unit::count), "9999");
    EXPECT_EQ(show(12'345, Unit::count), "12.35 k");
    EXPECT_EQ(show(3'960'000, Unit::per_second), "3.960 M/s");
    EXPECT_EQ(show(27'100, Unit::nanoseconds), "27.10 µs");
    EXPECT_EQ(show(190, Unit::nanoseconds), "190 ns");
    EXPECT_EQ(show(5400, Unit::bytes), "5400 B");
    EXPECT_EQ(show(-20'480, Unit::bytes), "-20 KiB");
    EXPECT_EQ(show(1.5, Unit::seconds), "1.500 s");
}

TEST(JsonNumber, is_whole_without_a_fraction_and_null_when_there_is_none) {
    EXPECT_EQ(json_number(3), "3");
    EXPECT_EQ(json_number(0.25), "0.25");
    EXPECT_EQ(json_number(1.0 / 0.0), "null");
}

Report report_of(double rate, double other) {
    Report report;
    report.workload = "pairs";
    report.add({"rate_per_s", "rate", rate, Unit::per_second, true});
    report.add({"sent", "sent", other, Unit::count, false});
    return report;
}

TEST(ReportText, json_has_every_figure) {
    EXPECT_EQ(report_of(5, 6).as_json(), "{\"workload\":\"pairs\",\"rate_per_s\":5,\"sent\":6}\n");
}

TEST(ReportText, latencies_are_left_out_when_there_are_none) {
    Report report;
    report.add_latency("latency", "latency", Histogram());
    EXPECT_TRUE(report.figures.empty());
    Histogram histogram;
    histogram.record(7);
    report.add_latency("latency", "latency", histogram);
    EXPECT_EQ(report.find("latency_p50_ns"), std::optional<double>(7));
    EXPECT_EQ(report.find("latency_max_ns"), std::optional<double>(7));
    EXPECT_EQ(report.find("other"), std::nullopt);
}

TEST(Comparison, median_of_odd_and_even_counts) {
    EXPECT_EQ(median({}), 0);
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
}

TEST(Comparison, ratios_are_those_of_the_pairs_of_runs) {
    const auto figures = compare(
        {report_of(10, 1), report_of(20, 1), report_of(30, 1)},
        {report_of(5, 1), report_of(20, 1), report_of(10, 1)}
    );
    ASSERT_EQ(figures.size(), 1U);
    EXPECT_EQ(figures[0].figure.value, 20);
    EXPECT_EQ(figures[0].second, 10);
    EXPECT_EQ(figures[0].ratio, 2);
    EXPECT_EQ(figures[0].lowest_ratio, 1);
    EXPECT_EQ(figures[0].highest_ratio, 3);
    EXPECT_EQ(
        comparison_table("pairs", figures),
        "  pairs  A     B     A / B  spread\n"
        "  rate   20/s  10/s  2.000  1.000 .. 3.000\n"
    );
}

TEST(Comparison, what_one_of_them_lacks_is_left_out) {
    EXPECT_TRUE(compare({report_of(1, 1)}, {Report()}).empty());
    EXPECT_TRUE(compare({}, {}).empty());
    EXPECT_TRUE(compare({report_of(1, 1)}, {report_of(0, 1)}).empty());
}

TEST(BrokerCommand, every_port_mark_is_replaced) {
    EXPECT_EQ(with_port("a -p {port} -x {port}", 1883), "a -p 1883 -x 1883");
    EXPECT_THROW(static_cast<void>(with_port("mosquitto", 1)), std::invalid_argument);
}

} // namespace
} // namespace bench
