// What a run found out, as an ordered list of figures: printed as a table or as JSON, and compared
// with those of another broker. A value.
#pragma once

#include "tools/mqtt-bench/measure/histogram.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

enum class Unit : std::uint8_t { count, per_second, nanoseconds, bytes, seconds };

struct Figure {
    std::string key;   ///< of JSON, with the unit: "latency_p99_ns"
    std::string label; ///< of the table: "latency p99"
    double value = 0;
    Unit unit = Unit::count;
    bool compared = false; ///< a ratio of two brokers makes sense
};

struct Report {
    std::string workload;
    std::vector<Figure> figures;
    std::uint64_t lost = 0; ///< messages that did not arrive or were refused
    std::uint64_t connections_lost = 0;
    bool order_broken = false;

    void add(Figure figure) { figures.push_back(std::move(figure)); }

    /// Median, p90, p99, p99.9 and the maximum; nothing when nothing was recorded.
    void add_latency(std::string_view key, std::string_view label, const Histogram& histogram);

    [[nodiscard]] std::optional<double> find(std::string_view key) const;

    [[nodiscard]] std::string as_table() const;
    [[nodiscard]] std::string as_json() const;
};

/// "3.96 M", "27.1 µs", "12.4 MiB": at most four digits.
[[nodiscard]] std::string show(double value, Unit unit);

/// As JSON wants it: whole numbers without a fraction, others with six significant digits, null for
/// what is no number.
[[nodiscard]] std::string json_number(double value);

} // namespace bench
