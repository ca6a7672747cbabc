#include "tools/mqtt-bench/plan/scenario_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace bench {

namespace {

constexpr std::uint64_t most_clients = 1'000'000;
constexpr std::uint64_t most_messages = 1'000'000'000'000;
constexpr std::uint64_t most_window = 1'000'000;

/// What is wrong with a value; parse_scenario() adds where.
class ValueError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::uint64_t whole(std::string_view value, std::uint64_t least, std::uint64_t most) {
    std::uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || rest != end || number < least || number > most) {
        throw ValueError(
            "must be a number from " + std::to_string(least) + " to " + std::to_string(most)
        );
    }
    return number;
}

std::uint32_t small(std::string_view value, std::uint64_t least, std::uint64_t most) {
    return static_cast<std::uint32_t>(whole(value, least, most));
}

double rate(std::string_view value) {
    double number = 0;
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || rest != end || !std::isfinite(number) || number <= 0) {
        throw ValueError("must be a number a second above 0");
    }
    return number;
}

bool yes_or_no(std::string_view value) {
    if (value == "true") return true;
    if (value == "false") return false;
    throw ValueError("must be true or false");
}

template <typename Value>
Value parsed(std::string_view value) {
    try {
        return Value(value);
    } catch (const std::invalid_argument& error) {
        throw ValueError(std::string("is wrong: ") + error.what());
    }
}

struct Setting {
    std::string_view name;
    void (*apply)(Group&, std::string_view);
};

constexpr std::array settings{
    Setting{
        "publishers",
        [](Group& g, std::string_view v) {
            g.publishers = small(v, 0, most_clients);
        }},
    Setting{
        "subscribers",
        [](Group& g, std::string_view v) {
            g.subscribers = small(v, 0, most_clients);
        }},
    Setting{
        "topic",
        [](Group& g, std::string_view v) {
            g.topic = parsed<TopicTemplate>(v);
        }},
    Setting{
        "filter",
        [](Group& g, std::string_view v) {
            g.filter = parsed<TopicTemplate>(v);
        }},
    Setting{
        "filters",
        [](Group& g, std::string_view v) {
            g.filters_each = small(v, 1, most_clients);
        }},
    Setting{
        "qos",
        [](Group& g, std::string_view v) {
            g.qos = static_cast<mqtt::Qos>(whole(v, 0, 2));
        }},
    Setting{
        "retain",
        [](Group& g, std::string_view v) {
            g.retain = yes_or_no(v);
        }},
    Setting{
        "payload",
        [](Group& g, std::string_view v) {
            g.payload = parsed<PayloadSize>(v);
        }},
    Setting{
        "rate",
        [](Group& g, std::string_view v) {
            g.rate = rate(v);
        }},
    Setting{
        "window",
        [](Group& g, std::string_view v) {
            g.window = small(v, 1, most_window);
        }},
    Setting{
        "messages",
        [](Group& g, std::string_view v) {
            g.messages = whole(v, 1, most_messages);
        }},
};

std::string setting_names() {
    std::string names;
    for (const Setting& setting : settings) {
        names += (names.empty() ? "" : ", ") + std::string(setting.name);
    }
    return names;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

class Parser {
public:
    explicit Parser(std::string name) : name_(std::move(name)) {}

    void line(std::string_view text) {
        ++line_;
        text = trimmed(text);
        if (text.empty() || text.front() == '#') return;
        if (text.front() == '[') return section(text);
        setting(text);
    }

    std::vector<Group> finish() {
        check_last();
        if (groups_.empty()) {
            throw ScenarioError(name_ + ": no group", "a group begins with its name: [sensors]");
        }
        return std::move(groups_);
    }

private:
    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
        throw ScenarioError(name_ + ':' + std::to_string(line_) + ": " + what, hint);
    }

    void section(std::string_view text) {
        check_last();
        if (text.size() < 3 || text.back() != ']') {
            fail("not the name of a group (got \"" + std::string(text) + "\")");
        }
        Group group;
        group.name = text.substr(1, text.size() - 2);
        for (const Group& other : groups_) {
            if (other.name == group.name) fail("a second group is called " + group.name);
        }
        groups_.push_back(std::move(group));
    }

    void setting(std::string_view text) {
        if (groups_.empty())
            fail("a setting before the first group", "begin with its name: [sensors]");
        const auto equals = text.find('=');
        const std::string_view name = trimmed(text.substr(0, equals));
        const auto* found =
            std::find_if(settings.begin(), settings.end(), [&](const Setting& each) {
                return each.name == name;
            });
        if (equals == std::string_view::npos || found == settings.end()) {
            fail(
                "no such setting (got \"" + std::string(name) + "\")",
                "there are " + setting_names()
            );
        }
        const std::string_view value = trimmed(text.substr(equals + 1));
        try {
            found->apply(groups_.back(), value);
        } catch (const ValueError& error) {
            fail(std::string(name) + ' ' + error.what() + " (got \"" + std::string(value) + "\")");
        }
    }

    void check_last() const {
        if (groups_.empty()) return;
        const Group& group = groups_.back();
        const std::string place = name_ + ": group " + group.name;
        if (group.publishers + group.subscribers == 0) {
            throw ScenarioError(place + " has no clients", "set publishers or subscribers");
        }
        if (group.publishers != 0 && group.topic.text().empty()) {
            throw ScenarioError(place + " publishes without a topic", "set topic");
        }
        if (group.subscribers != 0 && group.filter.text().empty()) {
            throw ScenarioError(place + " subscribes without a filter", "set filter");
        }
    }

    std::string name_;
    unsigned line_ = 0;
    std::vector<Group> groups_;
};

} // namespace

std::vector<Group> parse_scenario(std::string_view text, const std::string& name) {
    Parser parser(name);
    while (!text.empty()) {
        const auto end = text.find('\n');
        parser.line(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parser.finish();
}

} // namespace bench
