#include "common/cli/options/config_file.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <unistd.h>

namespace cli {

namespace {

// The value of a -D on one line: words separated by blanks, the last takes the rest.
std::string packed_words(std::string_view text) {
    std::string packed;
    std::size_t wanted = 3;
    for (std::size_t word = 1; word < wanted; ++word) {
        const std::size_t end = text.find(' ');
        const std::string_view first = text.substr(0, end);
        packed += first;
        packed += word_separator;
        if (word == 2 && first == "user-property") wanted = 4;
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return packed += text;
}

Given parse_line(const OptionTable& table, std::string_view line, const std::string& place) {
    const std::size_t blank = line.find_first_of(" \t");
    const std::string_view word = line.substr(0, blank);
    const Option* option = nullptr;
    if (word.size() > 2 && word.starts_with("--")) option = find_option(table, word.substr(2));
    if (word.size() == 2 && word.front() == '-') option = find_option(table, word[1]);
    if (option == nullptr) {
        throw UsageError(
            place + ": unknown option " + base::in_quotes(word), similar_option(table, word)
        );
    }
    const bool has_value = blank != std::string_view::npos;
    const std::string_view value = has_value ? line.substr(blank + 1) : std::string_view();
    if (option->value.empty() && value.find_first_not_of(" \t") != std::string_view::npos) {
        throw UsageError(
            place + ": --" + std::string(option->name) + " takes no value (got " +
            base::in_quotes(value) + ")"
        );
    }
    if (option->value.empty()) return {option, {}, place};
    if (!has_value)
        throw UsageError(place + ": option " + base::in_quotes(word) + " needs a value");
    return {option, option->words ? packed_words(value) : std::string(value), place};
}

} // namespace

std::vector<Given>
parse_config_text(const OptionTable& table, std::string_view text, const std::string& name) {
    std::vector<Given> given;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        given.push_back(parse_line(table, line, name + ':' + std::to_string(number)));
    }
    return given;
}

std::optional<std::string>
default_config_file(std::string_view tool, const Environment& environment) {
    std::string folder;
    if (const auto config = environment("XDG_CONFIG_HOME")) {
        folder = *config;
    } else if (const auto home = environment("HOME")) {
        folder = *home + "/.config";
    } else {
        return std::nullopt;
    }
    const std::string own(tool);
    std::string namesake = own;
    if (namesake.starts_with("mqtt-")) namesake.replace(0, 5, "mosquitto_");
    for (const std::string& name : {own, namesake}) {
        std::string path = folder + '/' + name;
        if (::access(path.c_str(), F_OK) == 0) return path;
    }
    return std::nullopt;
}

} // namespace cli
