#include "tools/mqtt-sub/handlers/rules_file.hpp"

#include "common/base/escape.hpp"
#include "common/base/suggestion.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/read_whole.hpp"
#include "tools/mqtt-sub/handlers/rule_options.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mqtt_sub {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20U;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

const RuleOption* find(std::string_view name) {
    const auto rows = rule_options();
    const auto found = std::find_if(rows.begin(), rows.end(), [name](const RuleOption& row) {
        return row.name == name;
    });
    return found == rows.end() ? nullptr : &*found;
}

class RulesReader {
public:
    explicit RulesReader(std::string path) : path_(std::move(path)) {}

    RulesFile read(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            ++line_;
            const std::string_view content = trimmed(line);
            if (!content.empty() && content.front() != '#') take(content);
        }
        close_section();
        if (file_.rules.empty())
            throw cli::UsageError(path_ + " has no rule", "[name], and below it filter and exec");
        return std::move(file_);
    }

private:
    [[nodiscard]] std::string place() const { return path_ + ":" + std::to_string(line_) + ": "; }

    void take(std::string_view line) {
        if (line.front() == '[') return open_section(line);
        const std::string_view name = line.substr(0, line.find_first_of(" \t"));
        const std::string_view value = trimmed(line.substr(name.size()));
        if (name == "match") return set_match(value);
        if (!draft_) {
            throw cli::UsageError(
                place() + base::in_quotes(name) + " stands before the first rule", "[name]"
            );
        }
        if (name == "filter") {
            draft_->rule.filters.push_back(cli::topic_filter(place() + "filter", value));
        } else if (name == "content-type") {
            draft_->rule.content_type = cli::mqtt_string(place() + "content-type", value);
        } else {
            set_option(name, value);
        }
    }

    void set_match(std::string_view value) {
        if (draft_) throw cli::UsageError(place() + "match stands before the first rule");
        file_.match = static_cast<Match>(cli::choice(place() + "match", value, "all|best"));
    }

    void set_option(std::string_view name, std::string_view value) {
        const RuleOption* const option = find(name);
        if (option == nullptr) {
            std::vector<std::string_view> names{"filter", "content-type", "match"};
            for (const RuleOption& row : rule_options())
                names.push_back(row.name);
            const std::string_view near = base::closest_word(name, names);
            throw cli::UsageError(
                place() + "unknown option " + base::in_quotes(name),
                near.empty() ? std::string() : "did you mean " + std::string(near)
            );
        }
        const std::string shown = place() + std::string(name);
        if (option->value.empty() != value.empty()) {
            throw cli::UsageError(
                shown + (value.empty() ? " needs a value" : " takes no value"),
                std::string(option->value)
            );
        }
        option->apply(*draft_, shown, value);
    }

    void open_section(std::string_view line) {
        close_section();
        const std::size_t brackets = std::min(line.size(), std::size_t{2});
        const std::string_view name = trimmed(line.substr(1, line.size() - brackets));
        if (line.back() != ']' || name.empty())
            throw cli::UsageError(place() + "a rule begins with its name in brackets", "[name]");
        const auto& rules = file_.rules;
        const bool known = std::any_of(rules.begin(), rules.end(), [name](const Rule& rule) {
            return rule.name == name;
        });
        const std::string shown = base::in_quotes(name);
        if (known) throw cli::UsageError(place() + "there is a rule " + shown + " already");
        draft_.emplace();
        draft_->rule.name = name;
        draft_->command_option = place() + shown;
    }

    void close_section() {
        if (!draft_) return;
        const std::string rule = path_ + ": rule " + base::in_quotes(draft_->rule.name);
        if (draft_->rule.filters.empty())
            throw cli::UsageError(rule + " has no filter", "filter home/+/temperature");
        if (draft_->command.empty())
            throw cli::UsageError(rule + " has no command", "exec PROGRAM ARGUMENT...");
        file_.rules.push_back(finish_rule(*std::exchange(draft_, std::nullopt)));
    }

    std::string path_;
    std::size_t line_ = 0;
    RulesFile file_;
    std::optional<RuleDraft> draft_;
};

} // namespace

RulesFile parse_rules(std::string_view text, const std::string& path) {
    return RulesReader(path).read(text);
}

RulesFile read_rules(const std::string& path) {
    return parse_rules(cli::read_file(path, largest_file, "the rules"), path);
}

} // namespace mqtt_sub
