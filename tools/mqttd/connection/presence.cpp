#include "tools/mqttd/connection/presence.hpp"

#include "common/base/iso_time.hpp"
#include "common/base/json_object.hpp"

#include <utility>

namespace mqttd {

namespace {

base::JsonObject describe(const OnlineClient& client) {
    base::JsonObject object;
    object.text("id", client.id);
    if (!client.user.empty()) object.text("user", client.user);
    object.text("address", client.address)
        .text("protocol", mqtt::name_of(client.version))
        .number("keep_alive", client.keep_alive)
        .flag("clean_start", client.clean_start)
        .number("session_expiry", client.session_expiry)
        .number("connection", client.number)
        .text("connected_at", base::iso_time(client.since));
    return object;
}

std::string topic_of(const BrokerConfig& config, std::string_view client_id, const char* event) {
    return "$SYS/brokers/" + config.node_name + "/clients/" + topic_level_of(client_id) + event;
}

std::string state_topic_of_mosquitto(std::string_view client_id) {
    return "$SYS/broker/connection/client/" + topic_level_of(client_id) + "/state";
}

} // namespace

std::string topic_level_of(std::string_view client_id) {
    if (client_id.empty()) return "%";
    std::string level;
    for (const char c : client_id) {
        switch (c) {
        case '/':
            level += "%2F";
            break;
        case '+':
            level += "%2B";
            break;
        case '#':
            level += "%23";
            break;
        case '%':
            level += "%25";
            break;
        default:
            level += c;
        }
    }
    return level;
}

std::vector<PresenceMessage>
arrival_messages(const BrokerConfig& config, const OnlineClient& client) {
    const PresenceConfig& presence = config.presence;
    std::vector<PresenceMessage> messages;
    if (!presence.on) return messages;
    const base::JsonObject what = describe(client);
    messages.push_back({.topic = topic_of(config, client.id, "/connected"), .payload = what.str()});
    if (presence.retain) {
        messages.push_back(
            {.topic = topic_of(config, client.id, "/state"),
             .payload = base::JsonObject(what).flag("online", true).str(),
             .retain = true}
        );
    }
    if (presence.connection_state) {
        messages.push_back(
            {.topic = state_topic_of_mosquitto(client.id), .payload = "1", .retain = true}
        );
    }
    return messages;
}

std::vector<PresenceMessage> departure_messages(
    const BrokerConfig& config, const OnlineClient& client, const Departure& departure
) {
    const PresenceConfig& presence = config.presence;
    std::vector<PresenceMessage> messages;
    if (!presence.on) return messages;
    base::JsonObject what = describe(client);
    what.text("disconnected_at", base::iso_time(departure.when));
    if (departure.reason) {
        what.number("reason_code", static_cast<std::uint8_t>(*departure.reason));
    }
    what.text("reason", departure.text);
    messages.push_back(
        {.topic = topic_of(config, client.id, "/disconnected"), .payload = what.str()}
    );
    if (presence.retain) {
        messages.push_back(
            {.topic = topic_of(config, client.id, "/state"),
             .payload = base::JsonObject(what).flag("online", false).str(),
             .retain = true,
             .life = presence.offline_expiry}
        );
    }
    if (presence.connection_state) {
        messages.push_back(
            {.topic = state_topic_of_mosquitto(client.id),
             .payload = "0",
             .retain = true,
             .life = presence.offline_expiry}
        );
    }
    return messages;
}

} // namespace mqttd
