// What a topic below $SYS stands for: its short name, and whether it only grows. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mqtt_sysmon {

enum class Kind : std::uint8_t {
    gauge,   ///< goes up and down
    counter, ///< only grows, until the broker starts anew; has a rate
    average, ///< of the broker itself, for a minute: load/…
    text,    ///< no number
};

/// The topic without "$SYS/broker/" or "$SYS/", levels joined by points, blanks as underscores:
/// "clients.connected", "retained_messages.count", "brokers.node.stats.connections.count".
[[nodiscard]] std::string metric_name(std::string_view topic);

/// By its name, and by what the value looks like.
[[nodiscard]] Kind kind_of(std::string_view name, std::string_view value);

/// The number at the start of the value, so that "123 seconds" has one; nullopt: it has none.
[[nodiscard]] std::optional<double> number_of(std::string_view value);

/// The long name of one that is asked for by a short one: "dropped" is publish.messages.dropped,
/// "clients" clients.connected. Others are returned as they are.
[[nodiscard]] std::string full_name(std::string_view name);

} // namespace mqtt_sysmon
