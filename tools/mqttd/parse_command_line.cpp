#include "tools/mqttd/parse_command_line.hpp"

#include "common/cli/console.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/parse_arguments.hpp"
#include "tools/mqttd/sys/version.hpp"

#include <iostream>
#include <string>
#include <string_view>

namespace mqttd {

namespace {

constexpr std::size_t most_ports = 10;

// A screen of 24 lines.
constexpr std::string_view help_text =
    R"(Usage: mqttd [-c FILE] [option...]
       mqttd store VERB FILE...   (see mqttd store --help)
A broker for MQTT 3.1, 3.1.1 and 5.0.

  -c, --config-file FILE  the configuration, in the syntax of mosquitto.conf
  -p, --port PORT         listen on this port of the loopback addresses when the
                          configuration has no listener; up to 10 times [1883]
  -d, --daemon            run in the background; the exit status tells whether
                          the start succeeded
  -v, --verbose           log everything, whatever log_type says
  -q, --quiet             log nothing
      --test-config       check the configuration, say what is wrong and exit
  -h, --help              show this and exit
      --version           show the version and exit

Signals: TERM and INT stop, HUP reads the configuration again and reopens the log,
USR1 reopens the log, USR2 writes subscriptions and retained topics to the log.
Exit status: 0 success, 1 the start failed, 2 wrong usage, 3 wrong configuration.

Example:
  mqttd -p 1884 -v &
  mqtt-sub -p 1884 -t 'greenhouse/#' -v &
  mqtt-pub -p 1884 -t greenhouse/3/temperature -m 21.5
)";

struct Wishes {
    bool help = false;
    bool version = false;
};

cli::ApplyOption set(bool& flag) {
    return [&flag](auto, auto) {
        flag = true;
    };
}

void add_port(CommandLine& command, std::string_view name, std::string_view value) {
    const auto port = cli::whole_number(name, value, {.minimum = 1, .maximum = 65535});
    if (command.ports.size() == most_ports) {
        throw cli::UsageError(
            std::string(name) + " can be given " + std::to_string(most_ports) + " times at most"
        );
    }
    command.ports.push_back(static_cast<std::uint16_t>(port));
}

void set_file(CommandLine& command, std::string_view name, std::string_view value) {
    if (value.empty()) throw cli::UsageError(std::string(name) + " needs the name of a file");
    command.config_file = value;
}

cli::OptionTable option_table_for(CommandLine& command, Wishes& wishes) {
    return {
        {"Options",
         {
             {.letter = 'c',
              .name = "config-file",
              .value = "FILE",
              .apply =
                  [&command](auto name, auto value) {
                      set_file(command, name, value);
                  }},
             {.letter = 'p',
              .name = "port",
              .value = "PORT",
              .repeatable = true,
              .apply =
                  [&command](auto name, auto value) {
                      add_port(command, name, value);
                  }},
             {.letter = 'd', .name = "daemon", .apply = set(command.daemon)},
             {.letter = 'v', .name = "verbose", .apply = set(command.verbose)},
             {.letter = 'q', .name = "quiet", .apply = set(command.quiet)},
             {.name = "test-config", .apply = set(command.test_config)},
             {.letter = 'h', .name = "help", .apply = set(wishes.help)},
             {.name = "version", .apply = set(wishes.version)},
         }}};
}

} // namespace

ParsedCommandLine parse_command_line(const std::vector<std::string>& arguments) {
    ParsedCommandLine parsed;
    Wishes wishes;
    const cli::OptionTable table = option_table_for(parsed.command, wishes);
    try {
        cli::apply_options(cli::parse_arguments(table, arguments));
        if (parsed.command.quiet && parsed.command.verbose) {
            throw cli::UsageError("--quiet and --verbose exclude each other");
        }
    } catch (const cli::UsageError& error) {
        cli::Console console("mqttd", std::cerr);
        console.error(error.what(), error.hint().empty() ? "see mqttd --help" : error.hint());
        parsed.end = ExitStatus::usage;
        return parsed;
    }
    if (wishes.help) std::cout << help_text;
    if (wishes.version) std::cout << version_text() << '\n';
    if (wishes.help || wishes.version) parsed.end = ExitStatus::ok;
    return parsed;
}

} // namespace mqttd
