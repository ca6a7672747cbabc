#include "tools/mqtt-bench/run/comparison.hpp"

#include "common/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace bench {

namespace {

/// The values of one figure in all runs; fewer than runs when some lack it.
std::vector<double> values_of(const std::vector<Report>& runs, std::string_view key) {
    std::vector<double> values;
    for (const Report& run : runs) {
        if (const auto value = run.find(key)) values.push_back(*value);
    }
    return values;
}

std::string ratio_text(double ratio) {
    std::array<char, 64> text{};
    const char* pattern = ratio < 10 ? "%.3f" : ratio < 100 ? "%.1f" : "%.0f";
    const int length = std::snprintf(text.data(), text.size(), pattern, ratio);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

/// How many columns a text takes: bytes that begin a character.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

using Line = std::array<std::string, 5>;

std::string aligned(const std::vector<Line>& lines) {
    std::array<std::size_t, 5> widths{};
    for (const Line& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], columns(line[i]));
        }
    }
    std::string text;
    for (const Line& line : lines) {
        std::string row;
        for (std::size_t i = 0; i < line.size(); ++i) {
            row += "  " + line[i] + std::string(widths[i] - columns(line[i]), ' ');
        }
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + '\n';
    }
    return text;
}

} // namespace

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) return values[middle];
    return (values[middle - 1] + values[middle]) / 2;
}

std::vector<ComparedFigure>
compare(const std::vector<Report>& first, const std::vector<Report>& second) {
    std::vector<ComparedFigure> compared;
    if (first.empty() || first.size() != second.size()) return compared;
    for (const Figure& figure : first.front().figures) {
        const auto ours = values_of(first, figure.key);
        const auto theirs = values_of(second, figure.key);
        if (!figure.compared || ours.size() != first.size() || theirs.size() != ours.size())
            continue;
        std::vector<double> ratios;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            if (theirs[i] != 0) ratios.push_back(ours[i] / theirs[i]);
        }
        if (ratios.empty()) continue;
        ComparedFigure result;
        result.figure = figure;
        result.figure.value = median(ours);
        result.second = median(theirs);
        result.ratio = median(ratios);
        result.lowest_ratio = *std::min_element(ratios.begin(), ratios.end());
        result.highest_ratio = *std::max_element(ratios.begin(), ratios.end());
        compared.push_back(std::move(result));
    }
    return compared;
}

std::string
comparison_table(std::string_view workload, const std::vector<ComparedFigure>& figures) {
    std::vector<Line> lines{{std::string(workload), "A", "B", "A / B", "spread"}};
    for (const ComparedFigure& each : figures) {
        lines.push_back(
            {each.figure.label,
             show(each.figure.value, each.figure.unit),
             show(each.second, each.figure.unit),
             ratio_text(each.ratio),
             ratio_text(each.lowest_ratio) + " .. " + ratio_text(each.highest_ratio)}
        );
    }
    return aligned(lines);
}

std::string comparison_json(std::string_view workload, const std::vector<ComparedFigure>& figures) {
    std::string text = "{\"workload\":";
    base::append_json_string(text, workload);
    text += ",\"figures\":{";
    bool first = true;
    for (const ComparedFigure& each : figures) {
        if (!first) text += ',';
        base::append_json_string(text, each.figure.key);
        text += ":{\"a\":" + json_number(each.figure.value) + ",\"b\":" + json_number(each.second) +
                ",\"ratio\":" + json_number(each.ratio) +
                ",\"lowest_ratio\":" + json_number(each.lowest_ratio) +
                ",\"highest_ratio\":" + json_number(each.highest_ratio) + '}';
        first = false;
    }
    return text + "}}\n";
}

} // namespace bench
