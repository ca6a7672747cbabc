// A reload worked out before it is done: which options changed, which of them follow at once, and
// which wait for the next start. Pure; nothing is applied here. Main thread.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mqttd {

struct OptionChange {
    std::string option; ///< "max_keepalive", or "listener" for one that comes or goes
    std::string place;  ///< the listener it belongs to: "listener 1883"; empty: none
    std::string before; ///< in the words of the file; "not set" when there was none
    std::string after;
    std::string origin; ///< "file:line" of the new value; empty: the line is gone

    bool operator==(const OptionChange&) const = default;
};

struct ReloadPlan {
    /// What to run with: the fresh values, but the running ones where a restart is needed. The
    /// running listeners keep their places, those that go are closed; new ones follow.
    BrokerConfig config;
    std::vector<std::size_t> to_open;  ///< places of listeners that need sockets
    std::vector<std::size_t> to_close; ///< whose sockets go; one whose sockets change is in both
    std::vector<OptionChange> applied;
    std::vector<OptionChange> needs_restart;

    [[nodiscard]] bool empty() const { return applied.empty() && needs_restart.empty(); }
};

/// Both complete configurations, that is without errors.
[[nodiscard]] ReloadPlan compare(const BrokerConfig& running, const BrokerConfig& fresh);

/// "max_keepalive is 60 now (was 0), a.conf:3"
[[nodiscard]] std::string describe_applied(const OptionChange& change);
/// "threads stays 2 until the next start (4 in the file), a.conf:7"
[[nodiscard]] std::string describe_delayed(const OptionChange& change);

} // namespace mqttd
