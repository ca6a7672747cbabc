#include "tools/mqttd/app/run_daemon.hpp"

#include "tools/mqttd/app/background.hpp"
#include "tools/mqttd/app/daemon.hpp"
#include "tools/mqttd/app/start_config.hpp"
#include "tools/mqttd/app/start_error.hpp"
#include "tools/mqttd/config/load_certificates.hpp"

#include <iostream>
#include <optional>
#include <utility>

namespace mqttd {

namespace {

std::string summary(const CommandLine& command) {
    const std::string subject =
        command.config_file.empty() ? "the default configuration" : command.config_file;
    return subject + " is valid\n";
}

/// In the process that stays: the one that was called, or the child of -d.
ExitStatus live(const CommandLine& command, StartConfig config, Background* background) {
    Daemon daemon(command, std::move(config));
    try {
        daemon.start();
    } catch (const StartError& error) {
        daemon.refuse(error.error());
        return ExitStatus::failed;
    }
    if (background != nullptr) background->ready();
    daemon.serve();
    return ExitStatus::ok;
}

ExitStatus start(const CommandLine& command, StartConfig config) {
    if (!command.daemon) return live(command, std::move(config), nullptr);
    Background::Fork fork = Background::fork();
    if (!fork.child) return static_cast<ExitStatus>(fork.status);
    return live(command, std::move(config), &*fork.child);
}

} // namespace

ExitStatus run_daemon(const CommandLine& command) {
    ConfigResult result = read_start_config(command, SystemMachine{});
    AccessFiles files = read_access(result);
    load_certificates(result.config, result.errors, result.warnings);
    if (!command.quiet) std::cerr << to_text(result.warnings, Severity::warning);
    std::cerr << to_text(result.errors);
    if (!result) return ExitStatus::bad_configuration;
    if (command.test_config) {
        std::cout << summary(command);
        return ExitStatus::ok;
    }
    try {
        return start(command, {std::move(result.config), std::move(files)});
    } catch (const StartError& error) {
        std::cerr << error.what() << '\n';
        return ExitStatus::failed;
    }
}

} // namespace mqttd
