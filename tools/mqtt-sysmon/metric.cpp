#include "tools/mqtt-sysmon/metric.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mqtt_sysmon {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array short_names{
    Pair{"clients", "clients.connected"},
    Pair{"received", "publish.messages.received"},
    Pair{"sent", "publish.messages.sent"},
    Pair{"dropped", "publish.messages.dropped"},
    Pair{"bytes_in", "bytes.received"},
    Pair{"bytes_out", "bytes.sent"},
    Pair{"retained", "retained_messages.count"},
    Pair{"stored", "store.messages.count"},
    Pair{"queued", "packet.out.count"},
    Pair{"subscriptions", "subscriptions.count"},
    Pair{"memory", "heap.current"},
};

/// Of mosquitto, mqttd and those that follow them; the last levels say it for other trees too.
constexpr std::array counting_ends{
    ".received",
    ".sent",
    ".dropped",
    ".expired",
    ".takeovers",
    ".in",
    ".out",
    ".total_received",
};
constexpr std::array counting_starts{
    "publish.dropped.",
    "connections.refused.",
    "connections.timeouts.",
    "connections.accept.",
    "connections.disconnected.",
    "connections.socket.",
    "access.denied.",
    "limits.refused.",
    "mqtt.",
    "wills.",
};

bool is_counter(std::string_view name) {
    const auto ends = [name](std::string_view end) {
        return name.ends_with(end);
    };
    const auto starts = [name](std::string_view start) {
        return name.starts_with(start);
    };
    return std::any_of(counting_ends.begin(), counting_ends.end(), ends) ||
           std::any_of(counting_starts.begin(), counting_starts.end(), starts);
}

} // namespace

std::string metric_name(std::string_view topic) {
    for (const std::string_view start : {"$SYS/broker/", "$SYS/"}) {
        if (!topic.starts_with(start)) continue;
        topic.remove_prefix(start.size());
        break;
    }
    std::string name(topic);
    std::replace(name.begin(), name.end(), '/', '.');
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

std::optional<double> number_of(std::string_view value) {
    double number = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    const bool is_all = stop == end || *stop == ' ';
    if (error != std::errc() || !is_all) return std::nullopt;
    return number;
}

Kind kind_of(std::string_view name, std::string_view value) {
    if (!number_of(value)) return Kind::text;
    if (name.starts_with("load.")) return Kind::average;
    return is_counter(name) ? Kind::counter : Kind::gauge;
}

std::string full_name(std::string_view name) {
    const auto found =
        std::find_if(short_names.begin(), short_names.end(), [name](const Pair& pair) {
            return pair.first == name;
        });
    return std::string(found == short_names.end() ? name : found->second);
}

} // namespace mqtt_sysmon
