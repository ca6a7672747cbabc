#include "tools/mqttd/app/start_config.hpp"

#include "tools/mqttd/config/log_words.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mqttd {

namespace {

ConfigResult read_config(const CommandLine& command) {
    ConfigResult result = command.config_file.empty() ? parse_config_text({}, {})
                                                      : parse_config_file(command.config_file);
    apply_command_line(result, command);
    return result;
}

void add_findings(ConfigResult& result, ConfigFindings findings) {
    std::move(findings.errors.begin(), findings.errors.end(), std::back_inserter(result.errors));
    std::move(
        findings.warnings.begin(), findings.warnings.end(), std::back_inserter(result.warnings)
    );
}

/// -p is for the local only mode: each port on the loopback addresses.
void apply_ports(ConfigResult& result, const std::vector<std::uint16_t>& ports) {
    const std::vector<ListenerConfig> templates = result.config.listeners;
    if (result.config.local_only) {
        result.config.listeners.clear();
        for (const std::uint16_t port : ports) {
            for (ListenerConfig listener : templates) {
                listener.port = port;
                result.config.listeners.push_back(std::move(listener));
            }
        }
        return;
    }
    for (const std::uint16_t port : ports) {
        const bool open = std::any_of(templates.begin(), templates.end(), [&](const auto& one) {
            return one.port == port;
        });
        if (open) continue;
        result.warnings.push_back(
            {{},
             0,
             "port " + std::to_string(port) +
                 " of the command line is not opened: the configuration has listeners",
             "write it into the file: listener " + std::to_string(port)}
        );
    }
}

} // namespace

void apply_command_line(ConfigResult& result, const CommandLine& command) {
    if (!command.ports.empty()) apply_ports(result, command.ports);
    LogConfig& log = result.config.log;
    if (command.verbose) log.types = base::all_log_types;
    // A daemon has no terminal; without a destination of its own the log would go nowhere.
    if (command.daemon && origin_of(result.config, "log_dest").empty()) {
        log.to_stderr = false;
        log.to_syslog = true;
    }
    if (command.quiet) {
        log.types = 0;
        copy_destinations(log, LogConfig{.to_stderr = false, .file = {}, .timestamp_format = {}});
    }
}

ConfigResult read_start_config(const CommandLine& command, const Machine& machine) {
    ConfigResult result = read_config(command);
    if (result) add_findings(result, check_config(*result, machine));
    return result;
}

AccessFiles read_access(ConfigResult& result) {
    return read_access_files(result.config, result.errors, result.warnings);
}

ConfigResult read_reload_config(const CommandLine& command) {
    ConfigResult result = read_config(command);
    ConfigFindings findings;
    if (result) check_values(findings, *result);
    add_findings(result, std::move(findings));
    return result;
}

} // namespace mqttd
