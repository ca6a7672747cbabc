#include "tools/mqttd/config/parse_config.hpp"

#include "common/base/escape.hpp"
#include "tools/mqttd/config/config_draft.hpp"
#include "tools/mqttd/config/option_table.hpp"
#include "tools/mqttd/config/value.hpp"

#include <utility>

namespace mqttd {

namespace {

/// The name of a file for messages: that of an included one may hold anything.
std::string printable(const std::string& path) {
    return base::escaped(path, 4096);
}

class Parser {
public:
    explicit Parser(const ConfigFiles& files) : files_(files) {
        draft_.include = [this](const Statement& at) {
            include(at);
        };
    }

    void read_main_file(const std::string& path) {
        const auto text = files_.read(path);
        if (text) {
            read_text(*text, path);
        } else {
            draft_.errors.push_back(
                {printable(path), 0, "cannot read the configuration: " + text.error().message, {}}
            );
        }
    }

    void read_text(std::string_view text, const std::string& path) {
        const std::string file = printable(path);
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        std::size_t number = 0;
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            read_line(text.substr(0, end), file, ++number);
            text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        }
    }

    ConfigResult result() {
        finish(draft_);
        return {std::move(draft_.config), std::move(draft_.errors), std::move(draft_.warnings)};
    }

private:
    void read_line(std::string_view line, const std::string& file, std::size_t number);
    void set(const Statement& at);
    void refuse(const Statement& at);
    void include(const Statement& at);
    bool set_before(const Statement& at);
    void note_position(const Statement& at);
    void warn_about(const Statement& at);

    const ConfigFiles& files_;
    ConfigDraft draft_;
    bool including_ = false;
};

void Parser::read_line(std::string_view line, const std::string& file, std::size_t number) {
    Statement at{.file = file, .line = number};
    at.value = trimmed(line);
    if (at.value.empty() || at.value.front() == '#') return;
    at.name = take_word(at.value);
    at.option = find_option(at.name);
    if (at.option == nullptr) {
        const std::string_view similar = similar_option(at.name);
        draft_.error(
            at,
            "unknown option " + base::in_quotes(at.name),
            similar.empty() ? "" : "did you mean " + std::string(similar) + "?"
        );
    } else if (at.option->built()) {
        set(at);
    } else {
        refuse(at);
    }
}

void Parser::set(const Statement& at) {
    const Option& option = *at.option;
    note_position(at);
    Value value;
    if (option.type != ValueType::custom) {
        auto parsed = parse_value(option, at.value);
        if (!parsed) {
            draft_.error(at, parsed.error().message, parsed.error().hint);
            return;
        }
        value = std::move(*parsed);
    }
    if (option.type == ValueType::text && !option.repeatable && set_before(at)) return;
    warn_about(at);
    if (option.handle != nullptr) {
        option.handle(draft_, at, value);
    } else if (option.scope == Scope::listener) {
        option.listener.assign(draft_.section().config, value);
    } else {
        option.global.assign(draft_.config, value);
    }
}

/// Remembers where an option was set, and that the default listener was configured.
void Parser::note_position(const Statement& at) {
    if (at.option->scope == Scope::global) {
        draft_.config.origins[std::string(at.option->name)] = at.origin();
        return;
    }
    ListenerDraft& section = draft_.section();
    section.config.origins[std::string(at.option->name)] = at.origin();
    if (!section.first_option.empty()) return;
    section.first_option = at.origin();
    section.first_name = at.name;
}

/// Text options may be set once; repeating a number or a flag replaces it, as in mosquitto.
bool Parser::set_before(const Statement& at) {
    const bool global =
        at.option->scope == Scope::global &&
        !(draft_.per_listener &&
          is_one_of(at.option->name, "auto_id_prefix|password_file|acl_file|psk_file"));
    auto& texts = global ? draft_.texts : draft_.section().texts;
    const auto [first, is_new] = texts.emplace(at.option->name, at.origin());
    if (is_new) return false;
    draft_.error(
        at, std::string(at.option->name) + " is set twice", "it was set before at " + first->second
    );
    return true;
}

void Parser::warn_about(const Statement& at) {
    const Option& option = *at.option;
    if (!option.deprecated.empty()) {
        draft_.warning(at, std::string(at.name) + " is deprecated", std::string(option.deprecated));
    }
    const bool swallowed = option.type == ValueType::text && without_comment(at.value) != at.value;
    if (swallowed) {
        draft_.warning(
            at,
            "the text after # is part of the value of " + std::string(at.name),
            "a comment needs a line of its own"
        );
    }
}

void Parser::refuse(const Statement& at) {
    std::string_view rest = at.value;
    const std::string_view word = take_word(rest);
    if (!word.empty() && is_one_of(word, at.option->harmless) && without_comment(rest).empty())
        return;
    draft_.error(
        at,
        std::string(at.name) + ": needs " + std::string(at.option->needs) +
            ", which this version of mqttd does not have yet"
    );
}

void Parser::include(const Statement& at) {
    if (including_) {
        draft_.error(at, "include_dir is possible in the main file only");
        return;
    }
    std::string directory(at.value);
    const auto names = files_.list(directory);
    if (!names) {
        draft_.error(
            at,
            "cannot read the directory " + base::in_quotes(directory) + ": " + names.error().message
        );
        return;
    }
    if (!directory.ends_with('/')) directory += '/';
    including_ = true;
    ListenerDraft* const section = draft_.current;
    for (const std::string& name : included_names(*names)) {
        draft_.current = nullptr; // each file begins with the default listener, as in mosquitto
        const std::string path = directory + name;
        const auto text = files_.read(path);
        if (text) {
            read_text(*text, path);
        } else {
            draft_.error(at, "cannot read " + base::in_quotes(path) + ": " + text.error().message);
        }
    }
    draft_.current = section;
    including_ = false;
}

} // namespace

ConfigResult parse_config_file(const std::string& path, const ConfigFiles& files) {
    Parser parser(files);
    parser.read_main_file(path);
    return parser.result();
}

ConfigResult parse_config_file(const std::string& path) {
    return parse_config_file(path, SystemConfigFiles{});
}

ConfigResult
parse_config_text(std::string_view text, const std::string& origin, const ConfigFiles& files) {
    Parser parser(files);
    parser.read_text(text, origin);
    return parser.result();
}

ConfigResult parse_config_text(std::string_view text, const std::string& origin) {
    return parse_config_text(text, origin, SystemConfigFiles{});
}

BrokerConfig default_config() {
    return parse_config_text({}, {}).config;
}

} // namespace mqttd
