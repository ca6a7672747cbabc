// A condition on a value, for monitoring: "dropped.rate>0", "clients<10". Pure.
#pragma once

#include "tools/mqtt-sysmon/broker_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sysmon {

class Condition {
public:
    /// NAME[.rate] and one of > >= < <= == != and a number. Throws UsageError that begins with
    /// name.
    [[nodiscard]] static Condition parse(std::string_view name, std::string_view text);

    /// nullopt: the broker does not say, or the rate is not known yet.
    [[nodiscard]] std::optional<bool> holds(const BrokerState& broker) const;

    [[nodiscard]] bool needs_rate() const { return rate_; }

    [[nodiscard]] const std::string& text() const { return text_; }

    /// "publish.messages.dropped.rate is 3.5"
    [[nodiscard]] std::string found(const BrokerState& broker) const;

private:
    enum class Operator : std::uint8_t { greater, at_least, less, at_most, equal, unequal };

    [[nodiscard]] std::optional<double> value_of(const BrokerState& broker) const;

    std::string text_;
    std::string metric_; ///< its full name
    bool rate_ = false;
    Operator operator_ = Operator::greater;
    double bound_ = 0;
};

/// What a monitoring plugin says, and the code it ends with: 0 ok, 1 warning, 2 critical, 3
/// unknown.
struct PluginResult {
    std::uint8_t code = 0;
    std::string text; ///< "CRITICAL: clients.connected is 3 (clients<10)"
};

/// Every condition on every broker. Values that are old are not known.
[[nodiscard]] PluginResult check_brokers(
    const std::vector<const BrokerState*>& brokers,
    const std::vector<Condition>& critical,
    const std::vector<Condition>& warning,
    base::SteadyTime now
);

inline constexpr std::uint8_t plugin_warning = 1;
inline constexpr std::uint8_t plugin_critical = 2;
inline constexpr std::uint8_t plugin_unknown = 3;

} // namespace mqtt_sysmon
