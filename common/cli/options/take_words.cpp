#include "common/cli/options/take_words.hpp"

#include <string_view>
#include <utility>

namespace cli {

namespace {

bool takes_value(const Option* option) {
    return option != nullptr && !option->value.empty();
}

/// Whether the next argument is the value of an option in this one: --name, -n, or the last of
/// -abn.
bool wants_next(const OptionTable& table, std::string_view argument) {
    if (argument.starts_with("--")) {
        return argument.find('=') == std::string_view::npos &&
               takes_value(find_option(table, argument.substr(2)));
    }
    for (std::size_t i = 1; i < argument.size(); ++i) {
        if (takes_value(find_option(table, argument[i]))) return i + 1 == argument.size();
    }
    return false;
}

} // namespace

std::vector<std::string> take_words(const OptionTable& table, std::vector<std::string>& arguments) {
    std::vector<std::string> words;
    std::vector<std::string> options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string& argument = arguments[i];
        if (argument == "--") {
            for (++i; i < arguments.size(); ++i)
                words.push_back(std::move(arguments[i]));
        } else if (argument.size() > 1 && argument.front() == '-') {
            const bool with_value = wants_next(table, argument) && i + 1 < arguments.size();
            options.push_back(std::move(argument));
            if (with_value) options.push_back(std::move(arguments[++i]));
        } else {
            words.push_back(std::move(argument));
        }
    }
    arguments = std::move(options);
    return words;
}

} // namespace cli
