// One command-line option as data: a row of a tool's option table. The parser of the command line
// and of configuration files, --help, the manual pages and the shell completions read rows; they
// know no option by name. A row is bound to the member it sets by apply. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Where an option is listed.
enum class Shown : std::uint8_t {
    in_help, ///< --help, which fits a screen, and everywhere else
    in_full, ///< --help-all, manual page, completions
};

/// Thrown by apply as UsageError; the name of the option to begin the message with is "--topic".
using ApplyOption = std::function<void(std::string_view name, std::string_view value)>;

struct Option {
    char letter = '\0';               ///< 't' of -t; none when 0
    std::string_view name = {};       ///< "topic" of --topic
    std::string_view other_name = {}; ///< a second long name
    std::string_view value = {};      ///< "TOPIC": what follows; empty for a flag
    std::string_view help = {};       ///< one sentence, no full stop
    std::string_view preset = {};     ///< the value when not given, as one would write it
    std::string_view choices = {};    ///< "0|1|2", when those are all
    Shown shown = Shown::in_full;
    bool repeatable = false;     ///< each value counts; otherwise a later one replaces
    bool words = false;          ///< the value is several words: -D
    std::string_view needs = {}; ///< not built yet: what is missing, "TLS"
    ApplyOption apply = {};      ///< value is empty for a flag
};

struct OptionGroup {
    std::string_view title;
    std::vector<Option> options;
};

using OptionTable = std::vector<OptionGroup>;

/// One option with its value, from the command line or a file.
struct Given {
    const Option* option = nullptr; ///< into the table
    std::string value;              ///< words of a -D are separated by word_separator
    std::string place;              ///< "FILE:LINE" when from a file
};

/// No word of a command line contains it.
inline constexpr char word_separator = '\0';

/// By letter, or by long name without dashes; nullptr when there is none.
[[nodiscard]] const Option* find_option(const OptionTable& table, char letter);
[[nodiscard]] const Option* find_option(const OptionTable& table, std::string_view name);

/// "did you mean --topic" for a mistyped word with its dashes; empty when nothing is near.
[[nodiscard]] std::string similar_option(const OptionTable& table, std::string_view word);

/// Calls apply of each in turn. Throws UsageError, with the place of those from a file, and for
/// what is not built yet.
void apply_options(const std::vector<Given>& given);

} // namespace cli
