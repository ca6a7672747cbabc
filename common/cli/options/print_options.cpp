#include "common/cli/options/print_options.hpp"

#include <string_view>

namespace cli {

std::vector<Option> print_options(PrintSettings& settings) {
    using Name = std::string_view;
    using Text = std::string_view;
    PrintSettings& s = settings;
    // clang-format off
    return {
        {.letter = 'v', .name = "verbose", .help = "print the topic before the payload", .shown = Shown::in_help,
         .apply = [&s](Name, Text) { s.verbose = true; }},
        {.letter = 'F', .name = "format", .value = "FORMAT", .help = "as '%t %p', or %j for JSON; see --help-all", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { s.format = MessageFormat::parse(n, v); }},
        {.letter = 'N', .name = "no-line-end", .help = "no line end after a message",
         .apply = [&s](Name, Text) { s.line_end = false; }},
        {.name = "pretty", .help = "JSON over several lines", .apply = [&s](Name, Text) { s.pretty = true; }},
    };
    // clang-format on
}

} // namespace cli
