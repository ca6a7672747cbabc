#include "tests/unit/topic/topic_text.hpp"

#include <array>

namespace mqtt::topic {

namespace {

// Neighbours of '/' in the character set, empty levels, a '$', and lengths around those that
// hashing treats differently.
const std::array<std::string, 10> words{
    "", "a", "b", "a-b", "a.", "a0", "$a", "\xC3\xA4", "seventeen-letters", std::string(140, 'x')};

} // namespace

std::string TopicText::level(bool is_first) {
    if (is_first && below(8) == 0) return "$SYS";
    return words[below(below(4) == 0 ? words.size() : 4)];
}

std::string TopicText::name() {
    std::string text = level(true);
    for (std::size_t levels = below(6); levels > 0; --levels)
        text += "/" + level(false);
    return text.empty() ? "a" : text;
}

std::string TopicText::filter() {
    std::string text = below(4) == 0 ? "+" : level(true);
    for (std::size_t levels = below(6); levels > 0; --levels)
        text += "/" + (below(3) == 0 ? std::string("+") : level(false));
    if (below(5) == 0) text = below(8) == 0 ? "#" : text + "/#";
    return text.empty() ? "#" : text;
}

} // namespace mqtt::topic
