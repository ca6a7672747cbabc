// Figures of two brokers side by side: the median of several runs of each, their ratio, and how far
// the ratios of the single pairs of runs lie apart. Pure arithmetic and text.
#pragma once

#include "tools/mqtt-bench/run/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct ComparedFigure {
    Figure figure; ///< its name and unit; the value is the first broker's median
    double second = 0;
    double ratio = 0; ///< first / second, the median of the pairs of runs
    double lowest_ratio = 0;
    double highest_ratio = 0;
};

/// runs of both, pair by pair; only figures that make sense as a ratio and that all have.
[[nodiscard]] std::vector<ComparedFigure>
compare(const std::vector<Report>& first, const std::vector<Report>& second);

[[nodiscard]] std::string
comparison_table(std::string_view workload, const std::vector<ComparedFigure>& figures);

[[nodiscard]] std::string
comparison_json(std::string_view workload, const std::vector<ComparedFigure>& figures);

/// Of the middle one, or between the middle two; 0 of none.
[[nodiscard]] double median(std::vector<double> values);

} // namespace bench
