// "did you mean": the known word that is the fewest edits away from a mistyped one.
#pragma once

#include <span>
#include <string_view>

namespace base {

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other; case does
/// not count.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

/// Empty when no candidate is within a third of the word's length (at least one edit). The first of
/// equals wins.
[[nodiscard]] std::string_view
closest_word(std::string_view word, std::span<const std::string_view> candidates);

} // namespace base
