#include "common/base/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace base {

namespace {

constexpr std::size_t longest_word = 64;

int lower(char c) {
    return std::tolower(static_cast<unsigned char>(c));
}

} // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
    // Three rows of the usual table: two steps back (for swaps), one step back, this one.
    std::vector<std::size_t> before_last(to.size() + 1);
    std::vector<std::size_t> last(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t cost = lower(from[i - 1]) == lower(to[j - 1]) ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
            const bool swapped = i > 1 && j > 1 && lower(from[i - 1]) == lower(to[j - 2]) &&
                                 lower(from[i - 2]) == lower(to[j - 1]);
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[to.size()];
}

std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > longest_word) return {};
    std::size_t allowed = std::max<std::size_t>(1, word.size() / 3);
    std::string_view best;
    for (const std::string_view candidate : candidates) {
        const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
        if (longer - shorter > allowed) continue;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance > allowed || (!best.empty() && distance == allowed)) continue;
        allowed = distance;
        best = candidate;
    }
    return best;
}

} // namespace base
