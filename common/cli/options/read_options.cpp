#include "common/cli/options/read_options.hpp"

#include "common/cli/error.hpp"
#include "common/cli/options/config_file.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/parse_arguments.hpp"
#include "common/cli/read_whole.hpp"

#include <algorithm>
#include <ostream>

namespace cli {

namespace {

constexpr std::size_t largest_config = 1024UL * 1024UL;

void nothing(std::string_view /*name*/, std::string_view /*value*/) {}

std::size_t count_of(const std::vector<Given>& given, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(
        given.begin(), given.end(), [&](const Given& each) { return each.option->name == name; }
    ));
}

std::optional<std::string>
config_path(const ToolContext& context, const std::vector<Given>& given) {
    if (count_of(given, "options-file") > 1) throw UsageError("--options-file may be given once");
    for (const Given& each : given) {
        if (each.option->name == "options-file") return each.value;
    }
    return default_config_file(context.console.tool(), context.environment);
}

std::vector<Given> options_of_file(const OptionTable& table, const std::string& path) {
    std::string text;
    try {
        text = read_file(path, largest_config, "the options file");
    } catch (const ToolError& error) {
        throw UsageError(error.what());
    }
    std::vector<Given> given = parse_config_text(table, text, path);
    for (const Given& each : given) {
        if (each.option->name == "options-file")
            throw UsageError(each.place + ": an options file cannot name another");
    }
    return given;
}

} // namespace

OptionGroup general_options(ToolContext& context) {
    const auto set_color = [&context](std::string_view name, std::string_view value) {
        constexpr ColorMode modes[] = {ColorMode::automatic, ColorMode::always, ColorMode::never};
        context.console.set_color(modes[choice(name, value, "auto|always|never")]);
    };
    const auto set_debug = [&context](auto, auto) {
        context.console.set_debug(true);
    };
    const auto set_quiet = [&context](auto, auto) {
        context.console.set_quiet(true);
    };
    const auto set_codes = [&context](auto, auto) {
        context.exit_codes = ExitCodeScheme::mosquitto;
    };
    // clang-format off
    return {"General", {
        {.letter = 'd', .name = "debug", .help = "say on stderr what is sent and received",
         .shown = Shown::in_help, .apply = set_debug},
        {.name = "quiet", .help = "no errors and warnings at run time; the exit code tells", .apply = set_quiet},
        {.letter = 'o', .name = "options-file", .value = "FILE",
         .help = "read options from FILE instead of the default one", .apply = nothing},
        {.name = "color", .value = "WHEN", .help = "colour messages: auto, always or never; NO_COLOR is obeyed",
         .preset = "auto", .choices = "auto|always|never", .apply = set_color},
        {.name = "mosquitto-exit-codes", .help = "leave with the numbers that the mosquitto clients use",
         .apply = set_codes},
        {.name = "help", .help = "the options that matter most", .apply = nothing},
        {.name = "help-all", .help = "every option, and the exit codes", .shown = Shown::in_help, .apply = nothing},
        {.name = "version", .help = "the version", .apply = nothing},
    }};
    // clang-format on
}

NextStep read_options(ToolContext& context, const ToolText& text, OptionTable table) {
    table.push_back(general_options(context));
    const std::vector<Given> given = parse_arguments(table, context.arguments);
    if (count_of(given, "help") > 0) {
        context.out << short_help(text, table);
        return NextStep::leave;
    }
    if (count_of(given, "help-all") > 0) {
        context.out << full_help(text, table);
        return NextStep::leave;
    }
    if (count_of(given, "version") > 0) {
        context.out << text.name << " (Midge) " MIDGE_VERSION "\n";
        return NextStep::leave;
    }
    if (const auto path = config_path(context, given)) apply_options(options_of_file(table, *path));
    apply_options(given);
    return NextStep::run;
}

} // namespace cli
