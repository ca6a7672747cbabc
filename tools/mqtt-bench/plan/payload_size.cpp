#include "tools/mqtt-bench/plan/payload_size.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace bench {

namespace {

std::uint32_t parse_part(std::string_view text, std::string_view whole) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) {
        throw std::invalid_argument(
            "a payload size is BYTES, LOW..HIGH or a list of SIZE:WEIGHT (got \"" +
            std::string(whole) + "\")"
        );
    }
    return value;
}

} // namespace

PayloadSize::PayloadSize(std::string_view text) {
    const std::string_view whole = text;
    std::uint64_t sum = 0;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        const std::string_view item = text.substr(0, comma);
        more = comma != std::string_view::npos;
        if (more) text.remove_prefix(comma + 1);
        const auto colon = item.find(':');
        const std::string_view range = item.substr(0, colon);
        sum += colon == std::string_view::npos ? 1 : parse_part(item.substr(colon + 1), whole);
        const auto dots = range.find("..");
        const std::uint32_t low = parse_part(range.substr(0, dots), whole);
        const std::uint32_t high =
            dots == std::string_view::npos ? low : parse_part(range.substr(dots + 2), whole);
        if (low < smallest || high > largest || low > high) {
            throw std::invalid_argument(
                "payloads have 24 to 16777216 bytes: sequence number and time are in them (got \"" +
                std::string(item) + "\")"
            );
        }
        choices_.push_back({low, high, sum});
    }
    if (sum == 0) parse_part("", whole);
}

std::uint32_t PayloadSize::pick(std::uint64_t random) const {
    const Choice* choice = choices_.data();
    if (choices_.size() > 1) {
        const std::uint64_t drawn = (random >> 32U) % choices_.back().weight_sum;
        while (choice->weight_sum <= drawn) {
            ++choice;
        }
    }
    const std::uint64_t spread = std::uint64_t{choice->high} - choice->low + 1;
    return choice->low + static_cast<std::uint32_t>((random & 0xFFFFFFFFU) % spread);
}

std::uint32_t PayloadSize::greatest() const {
    return std::max_element(
               choices_.begin(),
               choices_.end(),
               [](const Choice& a, const Choice& b) { return a.high < b.high; }
    )->high;
}

} // namespace bench
