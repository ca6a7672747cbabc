#include "common/cli/options/option.hpp"

#include "common/base/suggestion.hpp"
#include "common/cli/error.hpp"

namespace cli {

namespace {

template <typename Predicate>
const Option* find_if(const OptionTable& table, const Predicate& matches) {
    for (const OptionGroup& group : table) {
        for (const Option& option : group.options) {
            if (matches(option)) return &option;
        }
    }
    return nullptr;
}

void apply(const Given& given) {
    const Option& option = *given.option;
    const std::string name = "--" + std::string(option.name);
    if (!option.needs.empty())
        throw UsageError(name + " needs " + std::string(option.needs) + ", which is not built yet");
    option.apply(name, given.value);
}

} // namespace

const Option* find_option(const OptionTable& table, char letter) {
    if (letter == '\0') return nullptr;
    return find_if(table, [&](const Option& option) { return option.letter == letter; });
}

const Option* find_option(const OptionTable& table, std::string_view name) {
    if (name.empty()) return nullptr;
    return find_if(table, [&](const Option& option) {
        return option.name == name || option.other_name == name;
    });
}

std::string similar_option(const OptionTable& table, std::string_view word) {
    const std::size_t dashes = word.find_first_not_of('-');
    if (dashes == std::string_view::npos) return {};
    const std::string_view name = word.substr(dashes, word.find('=') - dashes);
    if (name.size() < 2) return {};
    std::vector<std::string_view> names;
    std::string_view begins;
    for (const OptionGroup& group : table) {
        for (const Option& option : group.options) {
            names.push_back(option.name);
            if (!option.other_name.empty()) names.push_back(option.other_name);
            if (option.name.starts_with(name) && begins.empty()) begins = option.name;
        }
    }
    const std::string_view near = begins.empty() ? base::closest_word(name, names) : begins;
    return near.empty() ? std::string() : "did you mean --" + std::string(near);
}

void apply_options(const std::vector<Given>& given) {
    for (const Given& each : given) {
        try {
            apply(each);
        } catch (const UsageError& error) {
            if (each.place.empty()) throw;
            throw UsageError(each.place + ": " + error.what(), error.hint());
        }
    }
}

} // namespace cli
