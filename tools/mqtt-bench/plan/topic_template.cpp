#include "tools/mqtt-bench/plan/topic_template.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::uint64_t widest = 20;

[[noreturn]] void refuse(std::string_view inside) {
    throw std::invalid_argument(
        "a counter is {i} or {n}, with %MODULUS or :WIDTH (got \"{" + std::string(inside) + "}\")"
    );
}

std::uint64_t parse_number(std::string_view text, std::string_view inside) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) refuse(inside);
    return value;
}

} // namespace

TopicTemplate::TopicTemplate(std::string_view text) : text_(text) {
    while (!text.empty()) {
        const auto open = text.find('{');
        const std::string before(text.substr(0, open));
        if (open == std::string_view::npos) {
            parts_.push_back({.text = before});
            return;
        }
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) {
            throw std::invalid_argument("\"{\" without \"}\" (got \"" + text_ + "\")");
        }
        parts_.push_back(parse_counter(text.substr(open + 1, close - open - 1)));
        parts_.back().text = before;
        text.remove_prefix(close + 1);
    }
}

TopicTemplate::Part TopicTemplate::parse_counter(std::string_view inside) {
    Part part;
    if (!inside.starts_with('i') && !inside.starts_with('n')) refuse(inside);
    part.counter = inside.front() == 'i' ? Counter::client : Counter::message;
    std::string_view rest = inside.substr(1);
    if (rest.starts_with('%')) {
        const auto colon = rest.find(':');
        part.modulus = parse_number(rest.substr(1, colon == rest.npos ? colon : colon - 1), inside);
        if (part.modulus == 0) refuse(inside);
        rest = colon == rest.npos ? std::string_view() : rest.substr(colon);
    }
    if (rest.starts_with(':')) {
        part.width = parse_number(rest.substr(1), inside);
        if (part.width > widest) refuse(inside);
    } else if (!rest.empty()) {
        refuse(inside);
    }
    return part;
}

void TopicTemplate::append_to(std::string& out, std::uint64_t client, std::uint64_t message) const {
    for (const Part& part : parts_) {
        out += part.text;
        if (part.counter == Counter::none) continue;
        std::uint64_t value = part.counter == Counter::client ? client : message;
        if (part.modulus != 0) value %= part.modulus;
        char digits[24];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
        const auto length = static_cast<std::size_t>(end - std::begin(digits));
        if (length < part.width) out.append(part.width - length, '0');
        out.append(std::begin(digits), length);
    }
}

std::string TopicTemplate::topic(std::uint64_t client, std::uint64_t message) const {
    std::string out;
    append_to(out, client, message);
    return out;
}

bool TopicTemplate::depends_on_message() const {
    return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) {
        return part.counter == Counter::message;
    });
}

std::uint64_t TopicTemplate::period() const {
    std::uint64_t period = 1;
    for (const Part& part : parts_) {
        if (part.counter != Counter::message) continue;
        if (part.modulus == 0) return 0;
        period = std::lcm(period, part.modulus);
    }
    return period;
}

} // namespace bench
