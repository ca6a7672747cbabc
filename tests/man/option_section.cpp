// Prints the option table as the option sections of mqttd.conf(5), in mdoc. check_pages.py compares
// the page with it, and puts it there when asked to.
#include "tools/mqttd/config/option_table.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using mqttd::Option;
using mqttd::ValueType;

constexpr std::size_t longest_line = 78;

/// One word of running text: nothing in it is a request or an escape to roff.
std::string roff(std::string_view word) {
    std::string out;
    for (const char c : word) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    const bool is_request = out.starts_with('.') || out.starts_with('\'');
    return is_request ? "\\&" + out : out;
}

/// Whether a line of the source must end after this word: each sentence begins on a line of its
/// own.
bool ends_sentence(std::string_view word) {
    return word.ends_with('.') && word != ".";
}

void print_text(std::string_view text) {
    std::string line;
    const auto flush = [&line] {
        if (!line.empty()) std::cout << line << '\n';
        line.clear();
    };
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string word = roff(text.substr(0, end));
        const bool sentence = ends_sentence(text.substr(0, end));
        text = text.substr(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        if (!line.empty() && line.size() + 1 + word.size() > longest_line) flush();
        if (!line.empty()) line += ' ';
        line += word;
        if (sentence) flush();
    }
    flush();
}

std::string_view value_word(const Option& option) {
    switch (option.type) {
    case ValueType::flag:
        return "true | false";
    case ValueType::integer:
        return option.unit.empty() ? "number" : option.unit;
    case ValueType::duration:
        return "time";
    case ValueType::choice:
        return option.choices;
    case ValueType::text:
    case ValueType::custom:
        return "text";
    }
    return {};
}

/// "mqtt", "PORT [ADDRESS] or 0 PATH": what follows the name.
std::string value_macros(const Option& option) {
    if (!option.syntax.empty()) return " No " + roff(option.syntax);
    std::string text(value_word(option));
    for (std::size_t bar = 0; (bar = text.find('|', bar)) != std::string::npos; ++bar) {
        if (bar != 0 && text[bar - 1] != ' ') text.replace(bar, 1, " | ");
    }
    return " Ar " + text;
}

std::string facts(const Option& option) {
    std::string text;
    if (option.type == ValueType::integer || option.type == ValueType::duration) {
        text += "Value: " + mqttd::describe_values(option) + ". ";
    }
    if (!option.default_text.empty()) text += "Default: " + std::string(option.default_text) + ". ";
    if (option.repeatable) text += "May be repeated. ";
    if (option.reload == mqttd::Reload::restart) text += "A change needs a restart. ";
    if (!option.deprecated.empty()) text += "Deprecated: " + std::string(option.deprecated) + ". ";
    if (!option.alias.empty()) text += "Also known as " + std::string(option.alias) + ". ";
    return text;
}

std::size_t printed = 0;

void print_options(std::string_view title, std::span<const Option> options) {
    printed += options.size();
    std::cout << ".Ss " << title << "\n.Bl -tag -width Ds\n";
    for (const Option& option : options) {
        std::cout << ".It Ic " << option.name << value_macros(option) << '\n';
        print_text(option.help);
        const std::string more = facts(option);
        if (!more.empty()) std::cout << ".Pp\n";
        print_text(more);
    }
    std::cout << ".El\n";
}

/// Known to mosquitto, refused here: by what is missing.
void print_not_built(std::span<const Option> options) {
    printed += options.size();
    std::map<std::string_view, std::vector<const Option*>> groups;
    for (const Option& option : options)
        groups[option.needs].push_back(&option);
    std::cout << ".Ss Not built yet\n";
    print_text("These options are known, and refused with their line number because what they ask "
               "for is not built yet. A value that asks for nothing, such as false, is accepted.");
    std::cout << ".Bl -tag -width Ds\n";
    for (const auto& [needs, rows] : groups) {
        std::cout << ".It " << roff(needs) << '\n';
        std::vector<std::string_view> names;
        for (const Option* option : rows) {
            names.push_back(option->name);
            if (!option->alias.empty()) names.push_back(option->alias);
        }
        for (std::size_t i = 0; i < names.size(); ++i)
            std::cout << ".Ic " << names[i] << (i + 1 == names.size() ? "\n" : " ,\n");
    }
    std::cout << ".El\n";
}

} // namespace

int main() {
    print_options("The process and its files", mqttd::general_options());
    print_options("Listeners", mqttd::listener_options());
    print_options("TLS of a listener", mqttd::tls_options());
    print_options("WebSocket", mqttd::websocket_options());
    print_options("Addresses and proxies", mqttd::network_options());
    print_options("Clients, sessions and messages", mqttd::protocol_options());
    print_options("Logins and access", mqttd::auth_options());
    print_options("Limits", mqttd::limit_options());
    print_options("Persistence", mqttd::persistence_options());
    print_options("Logging", mqttd::logging_options());
    print_options("Presence", mqttd::presence_options());
    print_not_built(mqttd::options_not_built());
    if (printed != mqttd::option_table().size()) {
        std::cerr << "option_section: error: a part of the option table has no section here\n";
        return 1;
    }
    return std::cout.good() ? 0 : 1;
}
