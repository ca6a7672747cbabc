#include "tools/mqtt-bench/run/report.hpp"

#include "common/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace bench {

namespace {

struct Scale {
    double factor;
    std::string_view suffix;
};

constexpr std::array<Scale, 4> counts{{{1e9, " G"}, {1e6, " M"}, {1e4, " k"}, {0, ""}}};
constexpr std::array<Scale, 4> rates{{{1e9, " G/s"}, {1e6, " M/s"}, {1e4, " k/s"}, {0, "/s"}}};
constexpr std::array<Scale, 4> times{{{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}, {0, " ns"}}};
constexpr std::array<Scale, 4> sizes{
    {{1073741824.0, " GiB"}, {1048576.0, " MiB"}, {10240.0, " KiB"}, {0, " B"}}};

std::string format(double value, const char* pattern) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), pattern, value);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::string four_digits(double value) {
    if (value == std::floor(value) && value < 10'000) return format(value, "%.0f");
    const double size = std::abs(value);
    return format(value, size < 10 ? "%.3f" : size < 100 ? "%.2f" : size < 1000 ? "%.1f" : "%.0f");
}

std::string scaled(double value, const std::array<Scale, 4>& scales) {
    for (const Scale& scale : scales) {
        if (std::abs(value) < scale.factor) continue;
        double unit = scale.factor == 0 ? 1 : scale.factor;
        if (unit == 1e4) unit = 1e3;
        if (unit == 10240.0) unit = 1024;
        return four_digits(value / unit) + std::string(scale.suffix);
    }
    return four_digits(value);
}

} // namespace

std::string show(double value, Unit unit) {
    switch (unit) {
    case Unit::count:
        return scaled(value, counts);
    case Unit::per_second:
        return scaled(value, rates);
    case Unit::nanoseconds:
        return scaled(value, times);
    case Unit::bytes:
        return scaled(value, sizes);
    case Unit::seconds:
        return four_digits(value) + " s";
    }
    return {};
}

void Report::add_latency(std::string_view key, std::string_view label, const Histogram& histogram) {
    if (histogram.count() == 0) return;

    struct Point {
        std::string_view key;
        std::string_view label;
        double percent;
        bool compared;
    };

    constexpr std::array<Point, 5> points{{
        {"p50", "median", 50, true},
        {"p90", "p90", 90, false},
        {"p99", "p99", 99, true},
        {"p99_9", "p99.9", 99.9, false},
        {"max", "maximum", 100, false},
    }};
    for (const Point& point : points) {
        add(
            {std::string(key) + '_' + std::string(point.key) + "_ns",
             std::string(label) + ' ' + std::string(point.label),
             static_cast<double>(histogram.percentile(point.percent)),
             Unit::nanoseconds,
             point.compared}
        );
    }
}

std::optional<double> Report::find(std::string_view key) const {
    for (const Figure& figure : figures) {
        if (figure.key == key) return figure.value;
    }
    return {};
}

std::string Report::as_table() const {
    std::size_t width = 0;
    for (const Figure& figure : figures) {
        width = std::max(width, figure.label.size());
    }
    std::string text = workload + '\n';
    for (const Figure& figure : figures) {
        text += "  " + figure.label + std::string(width - figure.label.size() + 2, ' ') +
                show(figure.value, figure.unit) + '\n';
    }
    return text;
}

std::string json_number(double value) {
    if (!std::isfinite(value)) return "null";
    std::array<char, 64> text{};
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    const int length = std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.6g", value);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::string Report::as_json() const {
    std::string text = "{\"workload\":";
    base::append_json_string(text, workload);
    for (const Figure& figure : figures) {
        text += ',';
        base::append_json_string(text, figure.key);
        text += ':' + json_number(figure.value);
    }
    return text + "}\n";
}

} // namespace bench
