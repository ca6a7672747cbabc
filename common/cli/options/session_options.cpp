// The groups of connection_options.hpp that concern the MQTT session.
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/connection_options.hpp"
#include "common/cli/options/option_value.hpp"

#include <array>

namespace cli {

namespace {

using Name = std::string_view;
using Text = std::string_view;
using mqtt::ProtocolVersion;

constexpr std::uint64_t shortest_keep_alive = 5;

void set_version(ConnectionSettings& settings, Name name, Text value) {
    constexpr std::array versions{
        ProtocolVersion::v5,
        ProtocolVersion::v311,
        ProtocolVersion::v31,
        ProtocolVersion::v5,
        ProtocolVersion::v311,
        ProtocolVersion::v31,
    };
    constexpr std::string_view words = "5|311|31|mqttv5|mqttv311|mqttv31";
    settings.connect.session.version = versions.at(choice(name, value, words));
    settings.version_given = true;
}

void require_v5(ConnectionSettings& settings, Name name) {
    settings.connect.session.version = ProtocolVersion::v5;
    settings.needs_v5 = name;
}

void set_session_expiry(ConnectionSettings& settings, Name name, Text value) {
    require_v5(settings, name);
    if (value == "-1" || value == "∞" || value == "never") {
        settings.session_expiry = mqtt::session_never_expires;
        return;
    }
    settings.session_expiry =
        static_cast<std::uint32_t>(whole_number(name, value, {0, mqtt::session_never_expires}));
}

void set_keep_alive(ConnectionSettings& settings, Name name, Text value) {
    const std::uint64_t count = whole_number(name, value, {0, UINT16_MAX});
    if (count != 0 && count < shortest_keep_alive) {
        throw UsageError(
            std::string(name) + " must be 0 (off) or from 5 to 65535 seconds (got " +
            base::in_quotes(value) + ")"
        );
    }
    settings.connect.session.keep_alive = std::chrono::seconds(count);
}

void set_in_flight(ConnectionSettings& settings, Name name, Text value) {
    settings.connect.session.max_in_flight =
        static_cast<std::uint16_t>(whole_number(name, value, {0, UINT16_MAX}));
}

} // namespace

OptionGroup session_options(ConnectionSettings& settings, Text version) {
    ConnectionSettings& s = settings;
    const auto add_property = [&s](Name name, Text value) {
        require_v5(s, name);
        s.properties.add(name, value);
    };
    // clang-format off
    return {"Session", {
        {.letter = 'V', .name = "protocol-version", .value = "V", .help = "5, 311 or 31; -x and -D mean 5",
         .preset = version, .choices = "5|311|31|mqttv5|mqttv311|mqttv31", .shown = Shown::in_help,
         .apply = [&s](Name n, Text v) { set_version(s, n, v); }},
        {.letter = 'c', .name = "disable-clean-session", .help = "keep the session at the broker; needs -i",
         .apply = [&s](Name, Text) { s.persistent = true; }},
        {.letter = 'x', .name = "session-expiry-interval", .value = "SECONDS",
         .help = "keep the session this long after the end; never or -1: until it is deleted", .preset = "0, with -c never",
         .apply = [&s](Name n, Text v) { set_session_expiry(s, n, v); }},
        {.letter = 'k', .name = "keepalive", .value = "SECONDS", .help = "ping when nothing was sent for so long; 0: never",
         .preset = "60", .apply = [&s](Name n, Text v) { set_keep_alive(s, n, v); }},
        {.letter = 'M', .name = "max-inflight", .value = "N", .help = "QoS 1 and 2 messages under way at a time; 0: as many as the broker takes",
         .preset = "20", .apply = [&s](Name n, Text v) { set_in_flight(s, n, v); }},
        {.letter = 'D', .name = "property", .value = "PACKET NAME VALUE",
         .help = "MQTT 5.0 property; NAME may be user-property, then VALUE is a key and a value",
         .repeatable = true, .words = true, .apply = add_property},
    }};
    // clang-format on
}

OptionGroup will_options(ConnectionSettings& settings) {
    ConnectionSettings& s = settings;
    // clang-format off
    return {"Will", {
        {.name = "will-topic", .value = "TOPIC", .help = "have the broker publish to TOPIC when this client is lost",
         .apply = [&s](Name n, Text v) { s.will.topic = topic_name(n, v); }},
        {.name = "will-payload", .value = "TEXT", .help = "its message", .preset = "empty",
         .apply = [&s](Name n, Text v) { s.will_part = n; s.will.payload.assign(v.begin(), v.end()); }},
        {.name = "will-qos", .value = "QOS", .help = "its QoS", .preset = "0", .choices = "0|1|2",
         .apply = [&s](Name n, Text v) { s.will_part = n; s.will.qos = static_cast<mqtt::Qos>(choice(n, v, "0|1|2")); }},
        {.name = "will-retain", .help = "retain it",
         .apply = [&s](Name n, Text) { s.will_part = n; s.will.retain = true; }},
    }};
    // clang-format on
}

Option qos_option(mqtt::Qos& qos, std::string_view help) {
    return {
        .letter = 'q',
        .name = "qos",
        .value = "QOS",
        .help = help,
        .preset = "0",
        .choices = "0|1|2",
        .shown = Shown::in_help,
        .apply = [&qos](Name name, Text value) {
            qos = static_cast<mqtt::Qos>(choice(name, value, "0|1|2"));
        }};
}

} // namespace cli
