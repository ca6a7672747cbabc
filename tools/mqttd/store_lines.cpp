#include "tools/mqttd/store_lines.hpp"

#include "common/base/json_object.hpp"
#include "common/cli/message_json.hpp"
#include "tools/mqttd/persistence/expiry.hpp"

#include <array>
#include <ctime>
#include <ostream>
#include <string>
#include <string_view>

namespace mqttd {

namespace {

using base::JsonObject;

/// "2026-11-26T03:46:48Z".
std::string time_text(base::WallTime time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

std::uint64_t number(mqtt::Qos qos) {
    return static_cast<std::uint64_t>(qos);
}

std::string_view state_name(RowState state) {
    switch (state) {
    case RowState::queued:
        return "queued";
    case RowState::awaiting_puback:
        return "awaiting-puback";
    case RowState::awaiting_pubrec:
        return "awaiting-pubrec";
    case RowState::awaiting_pubcomp:
        return "awaiting-pubcomp";
    }
    return {};
}

void add_properties(JsonObject& object, const mqtt::PropertyList& properties) {
    if (!properties.empty()) object.json("properties", cli::properties_json(properties));
}

std::string will_json(const WillRecord& will) {
    JsonObject object;
    object.text("topic", will.topic)
        .number("qos", number(will.qos))
        .flag("retain", will.retain)
        .number("delay", will.delay);
    if (will.expiry) object.number("expiry", *will.expiry);
    add_properties(object, {will.properties, will.property_mask});
    object.bytes("payload", base::as_text(will.payload));
    return object.str();
}

} // namespace

void StoreLines::on_session(SessionRecord session) {
    JsonObject object;
    object.text("type", "session").number("id", session.id).bytes("client_id", session.client_id);
    if (!session.user.empty()) {
        object.bytes("user", session.user).flag("user_proved", session.realm != Realm::nobody);
    }
    object.flag("speaks_v5", session.speaks_v5).bytes("listener", session.listener);
    if (session.expiry == mqtt::session_never_expires) {
        object.text("expiry", "never");
    } else {
        object.number("expiry", session.expiry);
    }
    if (session.disconnected) object.text("disconnected", time_text(*session.disconnected));
    if (session.will) object.json("will", will_json(*session.will));
    out_ << object.str() << '\n';
}

void StoreLines::on_subscription(SubscriptionRecord subscription) {
    const mqtt::SubscriptionOptions& options = subscription.subscription.options;
    JsonObject object;
    object.text("type", "subscription")
        .number("session", subscription.session)
        .text("filter", subscription.filter)
        .number("qos", number(options.qos))
        .flag("no_local", options.no_local)
        .flag("retain_as_published", options.retain_as_published)
        .number("retain_handling", static_cast<std::uint64_t>(options.retain_handling));
    if (subscription.subscription.identifier != 0) {
        object.number("identifier", subscription.subscription.identifier);
    }
    out_ << object.str() << '\n';
}

void StoreLines::on_unreleased(StoreId session, mqtt::PacketId packet_id) {
    JsonObject object;
    object.text("type", "unreleased").number("session", session).number("packet_id", packet_id);
    out_ << object.str() << '\n';
}

void StoreLines::on_message(StoreId id, const MessageParts& message) {
    JsonObject object;
    object.text("type", "message")
        .number("id", id)
        .text("topic", message.topic)
        .number("qos", number(message.qos))
        .flag("retain", message.retain);
    if (const auto expires = calendar_expiry(message.expires, times_)) {
        object.text("expires", time_text(wall_time(*expires)));
    }
    add_properties(object, message.properties);
    object.bytes("payload", base::as_text(message.payload));
    out_ << object.str() << '\n';
}

void StoreLines::on_row(RowRecord row) {
    JsonObject object;
    if (row.session == 0) {
        object.text("type", "retained").number("id", row.id).number("message", row.message);
        out_ << object.str() << '\n';
        return;
    }
    object.text("type", "delivery")
        .number("id", row.id)
        .number("session", row.session)
        .text("state", state_name(row.state));
    if (row.message != 0) object.number("message", row.message);
    if (row.packet_id != 0) object.number("packet_id", row.packet_id);
    object.number("qos", number(row.qos)).flag("retain", row.retain);
    if (row.identifier != 0) object.number("identifier", row.identifier);
    if (row.shared) object.text("group", row.shared->group).text("filter", row.shared->filter);
    out_ << object.str() << '\n';
}

} // namespace mqttd
