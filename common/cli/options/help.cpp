#include "common/cli/options/help.hpp"

#include "common/base/utf8.hpp"
#include "common/cli/exit_code.hpp"

#include <algorithm>

namespace cli {

namespace {

constexpr std::size_t width = 79;
constexpr std::size_t widest_names = 34;

std::string sentence_of(const Option& option) {
    std::string text(option.help);
    if (!option.needs.empty()) text += " (not built yet)";
    if (!option.preset.empty()) text += " [" + std::string(option.preset) + "]";
    return text;
}

// Appends text from column indent on, broken at blanks; the first line begins where out ends.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent) {
    const std::size_t room = width - indent;
    while (text.size() > room) {
        std::size_t cut = text.rfind(' ', room);
        if (cut == std::string_view::npos || cut == 0) cut = std::min(text.find(' '), text.size());
        out += text.substr(0, cut);
        text = cut < text.size() ? text.substr(cut + 1) : std::string_view();
        if (text.empty()) break;
        out += '\n' + std::string(indent, ' ');
    }
    out += text;
    out += '\n';
}

void append_row(
    std::string& out, const std::string& names, std::string_view help, std::size_t column
) {
    out += "  " + names;
    if (names.size() + 4 > column) {
        out += '\n' + std::string(column, ' ');
    } else {
        out += std::string(column - names.size() - 2, ' ');
    }
    append_wrapped(out, help, column);
}

template <typename Predicate>
std::size_t column_of(const OptionTable& table, const Predicate& wanted) {
    std::size_t longest = 0;
    for (const OptionGroup& group : table) {
        for (const Option& option : group.options) {
            const std::size_t size = names_of(option).size();
            if (wanted(option) && size <= widest_names) longest = std::max(longest, size);
        }
    }
    return longest + 4;
}

std::string usage_line(const ToolText& text) {
    return "Usage: " + std::string(text.name) + ' ' + std::string(text.synopsis) + '\n' +
           std::string(text.purpose) + ".\n\n" +
           (text.commands.empty() ? "" : "Commands\n" + std::string(text.commands) + '\n');
}

std::string exit_codes() {
    std::string out = "\nExit codes\n";
    for (const ExitCodeRow& row : exit_code_table())
        append_row(out, std::to_string(static_cast<int>(row.code)), row.meaning, 7);
    append_row(out, "128+N", "stopped by signal N", 9);
    return out;
}

} // namespace

std::string names_of(const Option& option) {
    std::string names =
        option.letter == '\0' ? std::string("    ") : std::string{'-', option.letter, ',', ' '};
    names += "--" + std::string(option.name);
    if (!option.value.empty()) names += ' ' + std::string(option.value);
    return names;
}

std::string short_help(const ToolText& text, const OptionTable& table) {
    const auto wanted = [](const Option& option) {
        return option.shown == Shown::in_help;
    };
    std::string out = usage_line(text);
    const std::size_t column = column_of(table, wanted);
    for (const OptionGroup& group : table) {
        for (const Option& option : group.options) {
            if (wanted(option)) append_row(out, names_of(option), sentence_of(option), column);
        }
    }
    out += "\nExamples:\n" + std::string(text.examples);
    return out;
}

std::string full_help(const ToolText& text, const OptionTable& table) {
    std::string out = usage_line(text);
    const std::size_t column = column_of(table, [](const Option&) { return true; });
    bool first = true;
    for (const OptionGroup& group : table) {
        if (!first) out += '\n';
        first = false;
        out += std::string(group.title) + '\n';
        for (const Option& option : group.options)
            append_row(out, names_of(option), sentence_of(option), column);
    }
    if (!text.notes.empty()) out += '\n' + std::string(text.notes);
    out += exit_codes();
    out += "\nExamples\n" + std::string(text.examples);
    return out;
}

} // namespace cli
