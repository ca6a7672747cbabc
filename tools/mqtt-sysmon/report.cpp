#include "tools/mqtt-sysmon/report.hpp"

#include "common/base/iso_time.hpp"
#include "common/base/json_object.hpp"
#include "tools/mqtt-sysmon/numbers.hpp"

#include <array>
#include <map>
#include <utility>

namespace mqtt_sysmon {

namespace {

struct Column {
    std::string_view title;
    std::string_view metric;
    bool rate;
};

constexpr std::array columns{
    Column{"clients", "clients.connected", false},
    Column{"received_per_s", "publish.messages.received", true},
    Column{"sent_per_s", "publish.messages.sent", true},
    Column{"bytes_received_per_s", "bytes.received", true},
    Column{"bytes_sent_per_s", "bytes.sent", true},
    Column{"dropped_per_s", "publish.messages.dropped", true},
    Column{"retained", "retained_messages.count", false},
    Column{"stored", "store.messages.count", false},
    Column{"subscriptions", "subscriptions.count", false},
    Column{"heap", "heap.current", false},
};

std::optional<double> at(const BrokerState& broker, const Column& column) {
    const Value* const value = broker.find(column.metric);
    if (value == nullptr) return std::nullopt;
    return column.rate ? value->rate : value->number;
}

/// A text that may stand in CSV. RFC 4180.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

/// Letters, digits and _ only.
std::string prometheus_name(std::string_view name) {
    std::string result = "mqtt_";
    for (const char c : name) {
        const bool is_plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        result += is_plain ? c : '_';
    }
    return result;
}

std::string label_of(const BrokerState& broker) {
    std::string text;
    for (const char c : broker.name()) {
        if (c == '\\' || c == '"') text += '\\';
        text += c;
    }
    return "{broker=\"" + text + "\"} ";
}

/// All samples of one metric stand together.
struct Family {
    std::string type;
    std::string samples;
};

void add(
    std::map<std::string, Family>& families,
    const std::string& name,
    std::string_view type,
    const std::string& sample
) {
    Family& family = families[name];
    if (family.type.empty()) family.type = type;
    family.samples += name + sample + "\n";
}

} // namespace

std::string all_lines(const BrokerState& broker, base::SteadyTime now) {
    std::string text;
    if (broker.stale(now)) {
        const std::string why =
            broker.problem().empty() ? "nothing has come for too long" : broker.problem();
        return "stale: " + why + "\n";
    }
    for (const auto& [name, value] : broker.values()) {
        text += name + " " + value.text;
        if (value.rate) text += " (" + plain_number(*value.rate) + "/s)";
        text += "\n";
    }
    return text;
}

std::string summary_line(const BrokerState& broker, base::SteadyTime now, base::WallTime wall) {
    std::string line = base::iso_time(wall) + " " + broker.name();
    if (broker.stale(now))
        return line + " stale" + (broker.problem().empty() ? "" : ": " + broker.problem());
    for (const Column& column : columns) {
        const auto value = at(broker, column);
        line += " " + std::string(column.title) + "=" + (value ? plain_number(*value) : "?");
    }
    return line;
}

std::string json_line(const BrokerState& broker, base::SteadyTime now, base::WallTime wall) {
    const bool stale = broker.stale(now);
    base::JsonObject object;
    object.text("broker", broker.name())
        .text("time", base::iso_time(wall))
        .flag("connected", broker.connected())
        .flag("stale", stale);
    if (!broker.problem().empty()) object.text("problem", broker.problem());
    if (const auto age = broker.age(now)) object.json("age", plain_number(*age));
    base::JsonObject values;
    for (const auto& [name, value] : broker.values()) {
        if (stale) break;
        base::JsonObject one;
        if (value.number && value.kind != Kind::text) {
            one.json("value", plain_number(*value.number));
        } else {
            one.text("value", value.text);
        }
        if (value.rate) one.json("rate", plain_number(*value.rate));
        values.json(name, one.str());
    }
    return object.json("values", values.str()).str();
}

std::string csv_header() {
    std::string line = "time,broker,stale";
    for (const Column& column : columns)
        line += "," + std::string(column.title);
    return line;
}

std::string csv_line(const BrokerState& broker, base::SteadyTime now, base::WallTime wall) {
    const bool stale = broker.stale(now);
    std::string line = base::iso_time(wall) + "," + quoted(broker.name()) + (stale ? ",1" : ",0");
    for (const Column& column : columns) {
        const auto value = stale ? std::nullopt : at(broker, column);
        line += ",";
        if (value) line += plain_number(*value);
    }
    return line;
}

std::string prometheus_text(const std::vector<const BrokerState*>& brokers, base::SteadyTime now) {
    std::map<std::string, Family> families;
    for (const BrokerState* const broker : brokers) {
        const std::string label = label_of(*broker);
        const bool stale = broker->stale(now);
        add(families, "mqtt_up", "gauge", label + (stale ? "0" : "1"));
        if (const auto age = broker->age(now))
            add(families, "mqtt_sys_last_update_seconds", "gauge", label + plain_number(*age));
        if (stale) continue;
        for (const auto& [name, value] : broker->values()) {
            if (!value.number || value.kind == Kind::text) continue;
            const bool counts = value.kind == Kind::counter;
            add(families,
                prometheus_name(name) + (counts ? "_total" : ""),
                counts ? "counter" : "gauge",
                label + plain_number(*value.number));
        }
    }
    std::string text;
    for (const auto& [name, family] : families) {
        text += "# HELP " + name + " From the topics below $SYS.\n";
        text += "# TYPE " + name + " " + family.type + "\n" + family.samples;
    }
    return text;
}

} // namespace mqtt_sysmon
