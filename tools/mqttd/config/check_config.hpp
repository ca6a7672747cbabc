// What the grammar cannot see: values that contradict each other, options that have no effect, and
// what the machine does not have (users, files, addresses). All findings of a configuration are
// collected; nothing is changed or opened. Main thread, at start, --test-config and reload.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/config/listener_name.hpp"
#include "tools/mqttd/config/machine.hpp"

#include <string>
#include <string_view>

namespace mqttd {

struct ConfigFindings {
    ConfigErrors errors;   ///< the broker cannot run so
    ConfigErrors warnings; ///< it can, but hardly as meant
};

/// Everything below, for a start or --test-config.
[[nodiscard]] ConfigFindings check_config(const BrokerConfig& config, const Machine& machine);

/// Values against each other. Pure.
void check_values(ConfigFindings& findings, const BrokerConfig& config);
/// The TLS and WebSocket options of each listener against each other. Pure.
void check_transports(ConfigFindings& findings, const BrokerConfig& config);
/// Listeners against each other. Asks the machine for the addresses of host names.
void check_listeners(ConfigFindings& findings, const BrokerConfig& config, const Machine& machine);
/// The user, the log file, the pid file, the limit of open files. Reload does this as well.
void check_machine(ConfigFindings& findings, const BrokerConfig& config, const Machine& machine);

/// "file:line" where a global option was set; empty when it was not.
[[nodiscard]] std::string origin_of(const BrokerConfig& config, std::string_view option);
/// Of an option of a listener; where the listener is when the option was not set.
[[nodiscard]] std::string origin_of(const ListenerConfig& listener, std::string_view option);

/// Of an option that listeners inherit: at the listener, or for all of them.
[[nodiscard]] std::string
origin_of(const BrokerConfig& config, const ListenerConfig& listener, std::string_view option);

} // namespace mqttd
