#include "tools/mqttd/config/option_table.hpp"

#include "common/base/suggestion.hpp"

#include <algorithm>
#include <vector>

namespace mqttd {

std::span<const Option> option_table() {
    static const std::vector<Option> table = [] {
        std::vector<Option> rows;
        for (const auto part :
             {general_options(),
              limit_options(),
              protocol_options(),
              persistence_options(),
              auth_options(),
              logging_options(),
              presence_options(),
              listener_options(),
              tls_options(),
              websocket_options(),
              network_options(),
              options_not_built()}) {
            rows.insert(rows.end(), part.begin(), part.end());
        }
        return rows;
    }();
    return table;
}

namespace {

/// Names are shown in messages as they are, so that one that only begins like an option's must not
/// bring control characters along.
bool is_plain(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

const Option* find_option(std::string_view name) {
    if (name.empty()) return nullptr;
    for (const Option& option : option_table()) {
        const bool same = name == option.name || name == option.alias;
        const bool begins = option.is_prefix && name.starts_with(option.name) && is_plain(name);
        if (same || begins) return &option;
    }
    return nullptr;
}

std::string_view similar_option(std::string_view name) {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const Option& option : option_table()) {
            all.push_back(option.name);
            if (!option.alias.empty()) all.push_back(option.alias);
        }
        return all;
    }();
    return base::closest_word(name, names);
}

} // namespace mqttd
