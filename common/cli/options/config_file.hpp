// Files of default options, as the mosquitto clients have them: an option a line, "-x value" or
// "--long value"; the value is the rest of the line as it stands; '#' in the first column makes a
// comment. Lines may be of any length. No thread of its own.
#pragma once

#include "common/cli/options/option.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

using Environment = std::function<std::optional<std::string>(const char*)>;

/// The options of a text in its order; name is for messages. Throws UsageError "NAME:LINE: …".
[[nodiscard]] std::vector<Given>
parse_config_text(const OptionTable& table, std::string_view text, const std::string& name);

/// The first that exists of TOOL (mqtt-pub) and its mosquitto namesake (mosquitto_pub) in
/// $XDG_CONFIG_HOME or $HOME/.config.
[[nodiscard]] std::optional<std::string>
default_config_file(std::string_view tool, const Environment& environment);

} // namespace cli
