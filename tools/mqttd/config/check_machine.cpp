// The checks of what the machine must have: the user, files that are written, room for open files.
#include "common/base/escape.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <map>

namespace mqttd {

namespace {

constexpr std::uint64_t own_files = 64; // the log, the shards' events, listeners

void check_user(ConfigFindings& findings, const BrokerConfig& config, const Machine& machine) {
    if (config.user.empty()) return;
    const std::string origin = origin_of(config, "user");
    if (machine.is_root()) {
        if (machine.user_exists(config.user)) return;
        findings.errors.push_back(error_at(
            origin,
            "there is no user " + base::in_quotes(config.user),
            "make it with: adduser --system --group --no-create-home " + config.user
        ));
    } else if (!machine.user_exists(config.user)) {
        findings.warnings.push_back(error_at(
            origin,
            "there is no user " + base::in_quotes(config.user) +
                "; it would be needed when mqttd is started by root"
        ));
    }
}

void check_file(
    ConfigFindings& findings,
    const std::string& origin,
    const std::string& option,
    const std::string& path,
    const Machine& machine
) {
    const auto problem = machine.cannot_write(path);
    if (!problem) return;
    findings.errors.push_back(error_at(
        origin, option + " " + base::in_quotes(path) + " cannot be written: " + problem->message
    ));
}

/// What is written where; two things in one file destroy each other.
void check_files(ConfigFindings& findings, const BrokerConfig& config, const Machine& machine) {
    std::map<std::string, std::string> used;
    const auto look = [&](const std::string& option, const std::string& path, bool socket) {
        const std::string origin = origin_of(config, option.substr(0, option.find(' ')));
        const auto [first, is_new] = used.emplace(path, option);
        if (!is_new) {
            findings.errors.push_back(error_at(
                origin,
                option + " " + base::in_quotes(path) + " is the file of " + first->second + " too"
            ));
        } else if (!socket) {
            check_file(findings, origin, option, path, machine);
        }
    };
    for (const ListenerConfig& listener : config.listeners) {
        if (!listener.unix_path.empty()) look(name_of(listener), listener.unix_path, true);
    }
    if (!config.log.file.empty()) look("log_dest file", config.log.file, false);
    if (!config.pid_file.empty()) look("pid_file", config.pid_file, false);
}

void check_open_files(
    ConfigFindings& findings, const BrokerConfig& config, const Machine& machine
) {
    const std::int64_t wanted = config.limits.global_max_connections;
    const std::uint64_t limit = machine.open_file_limit();
    if (wanted < 0 || limit > static_cast<std::uint64_t>(wanted) + own_files) return;
    findings.warnings.push_back(error_at(
        origin_of(config, "global_max_connections"),
        "global_max_connections " + std::to_string(wanted) +
            " cannot be reached: the process may " + "open " + std::to_string(limit) + " files",
        "raise the limit with LimitNOFILE= of the systemd unit, or ulimit -n"
    ));
}

} // namespace

void check_machine(ConfigFindings& findings, const BrokerConfig& config, const Machine& machine) {
    check_user(findings, config, machine);
    check_files(findings, config, machine);
    check_open_files(findings, config, machine);
}

} // namespace mqttd
