#include "tools/mqttd/parse_command_line.hpp"

#include "tools/mqttd/sys/version.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>

namespace mqttd {

namespace {

constexpr std::size_t most_ports = 10;

constexpr const char* help_text =
    R"(mqttd is an MQTT broker for the versions 3.1, 3.1.1 and 5.0.

Usage: mqttd [OPTIONS]

  -c, --config-file FILE  configuration in the syntax of mosquitto.conf
  -p, --port PORT         listen on this port of the loopback addresses (1 to 65535), when the
                          configuration has no listener; up to 10 times
  -d, --daemon            run in the background; the exit status tells whether the start succeeded
  -v, --verbose           log everything, whatever log_type says
  -q, --quiet             log nothing
      --test-config       check the configuration, say what is wrong and exit
  -h, --help              show this and exit
      --version           show the version and exit

Without a listener in the configuration mqttd serves anonymous clients of this machine only, on
port 1883.

Signals: TERM and INT stop it, HUP reads the configuration again and opens the log file anew, USR1
opens the log file anew, USR2 writes subscriptions and retained topics to the log.

Exit status: 0 all is well, 1 it could not start (a port is taken, for example), 2 the command line
is wrong, 3 the configuration is wrong.

Example:
  mqttd -p 1884 -v &
  mqtt-sub -p 1884 -t 'greenhouse/#' -v &
  mqtt-pub -p 1884 -t greenhouse/3/temperature -m 21.5
)";

ExitStatus refuse(const std::string& message) {
    std::cerr << "mqttd: error: " << message << "\nhint: mqttd --help lists the options\n";
    return ExitStatus::usage;
}

std::optional<ExitStatus> check(const CommandLine& command) {
    if (command.ports.size() > most_ports) {
        return refuse("--port can be given " + std::to_string(most_ports) + " times at most");
    }
    if (command.quiet && command.verbose) return refuse("--quiet and --verbose exclude each other");
    return std::nullopt;
}

} // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
    ParsedCommandLine parsed;
    CommandLine& command = parsed.command;
    CLI::App app;
    app.set_help_flag();
    bool help = false;
    bool version = false;
    app.add_option("-c,--config-file", command.config_file)->check([](const std::string& file) {
        return std::string(file.empty() ? "the name of the file is empty" : "");
    });
    app.add_option("-p,--port", command.ports)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(CLI::Range(1, 65535));
    app.add_flag("-d,--daemon", command.daemon);
    app.add_flag("-v,--verbose", command.verbose);
    app.add_flag("-q,--quiet", command.quiet);
    app.add_flag("--test-config", command.test_config);
    app.add_flag("-h,--help", help);
    app.add_flag("--version", version);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        parsed.end = refuse(error.what());
        return parsed;
    }
    if (help) {
        std::cout << help_text;
        parsed.end = ExitStatus::ok;
    } else if (version) {
        std::cout << version_text() << '\n';
        parsed.end = ExitStatus::ok;
    } else {
        parsed.end = check(command);
    }
    return parsed;
}

} // namespace mqttd
