// The only file that includes CLI11, which takes long to compile.
#include "common/cli/options/parse_arguments.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/arrange_words.hpp"
#include "common/cli/options/option_value.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace cli {

namespace {

struct Bound {
    const Option* option = nullptr;
    std::size_t taken = 0; ///< results of it already seen
};

using Bindings = std::map<const CLI::Option*, Bound>;

std::string spelling(const Option& option) {
    std::string names;
    if (option.letter != '\0') names = std::string{'-', option.letter, ','};
    names += "--" + std::string(option.name);
    if (!option.other_name.empty()) names += ",--" + std::string(option.other_name);
    return names;
}

void add(CLI::App& app, const Option& option, Bindings& bindings) {
    CLI::Option* added = nullptr;
    if (option.value.empty()) {
        added = app.add_flag(spelling(option));
    } else {
        const CLI::callback_t keep = [](const CLI::results_t&) {
            return true;
        };
        added = app.add_option(spelling(option), keep);
        added->type_size(1)->expected(1)->allow_extra_args(false);
    }
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    bindings[added] = {&option, 0};
}

[[noreturn]] void refuse_word(const OptionTable& table, const std::string& word) {
    if (word.size() > 1 && word.front() == '-' && word != "--")
        throw UsageError("unknown option " + base::in_quotes(word), similar_option(table, word));
    throw UsageError(
        "unexpected word " + base::in_quotes(word),
        "every value follows an option: -t TOPIC -m MESSAGE"
    );
}

std::vector<Given> in_order(const CLI::App& app, Bindings& bindings) {
    std::vector<Given> given;
    for (const CLI::Option* each : app.parse_order()) {
        Bound& bound = bindings.at(each);
        const std::string& result = each->results().at(bound.taken++);
        const bool flag = bound.option->value.empty();
        if (flag && result != "true") {
            throw UsageError(
                "--" + std::string(bound.option->name) + " takes no value (got " +
                base::in_quotes(result) + ")"
            );
        }
        given.push_back({bound.option, flag ? std::string() : result, {}});
    }
    return given;
}

} // namespace

std::vector<Given>
parse_arguments(const OptionTable& table, const std::vector<std::string>& arguments) {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    Bindings bindings;
    for (const OptionGroup& group : table) {
        for (const Option& option : group.options)
            add(app, option, bindings);
    }
    std::vector<std::string> words = arrange_words(table, arguments);
    const std::string last = words.empty() ? std::string() : words.back();
    std::reverse(words.begin(), words.end());
    try {
        app.parse(words);
    } catch (const CLI::ArgumentMismatch&) {
        // Each option takes one word, so only the last can lack its value.
        throw UsageError("option " + base::in_quotes(last) + " needs a value");
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
    const std::vector<std::string> strays = app.remaining();
    if (!strays.empty()) refuse_word(table, strays.front());
    return in_order(app, bindings);
}

} // namespace cli
