// The options of mqtt-certgen as data, each with the commands that it belongs to.
#pragma once

#include "common/cli/options/option.hpp"
#include "tools/mqtt-certgen/settings.hpp"
#include "tools/mqtt-certgen/verb.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace mqtt_certgen {

struct OptionRow {
    VerbSet verbs = 0;
    cli::Option option;
};

struct OptionRows {
    std::string_view title;
    std::vector<OptionRow> rows;
};

/// The rows set members of settings, which outlives them.
[[nodiscard]] std::vector<OptionRows> option_rows(Settings& settings);

/// The rows of one command, or all.
[[nodiscard]] cli::OptionTable
table_of(const std::vector<OptionRows>& rows, std::optional<Verb> verb);

} // namespace mqtt_certgen
