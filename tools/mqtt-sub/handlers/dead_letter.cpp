#include "tools/mqtt-sub/handlers/dead_letter.hpp"

#include "common/base/iso_time.hpp"
#include "common/base/json_object.hpp"
#include "common/base/utf8.hpp"
#include "common/cli/message_format.hpp"
#include "common/cli/message_json.hpp"

#include <utility>

namespace mqtt_sub {

namespace {

using mqtt::PropertyId;

constexpr std::string_view prefix = "dlq-";
constexpr std::string_view topic_name = "dlq-topic";
constexpr std::size_t most_error_text = 1000; ///< bytes in a property

/// Copied as they are; what belongs to one connection or subscription is not.
bool is_forwarded(const mqtt::PropertyView& property) {
    return property.id != PropertyId::topic_alias &&
           property.id != PropertyId::subscription_identifier;
}

bool tells_of_the_end(const mqtt::PropertyView& property) {
    return property.id == PropertyId::user_property && property.name.starts_with(prefix);
}

/// The last of it that is a text of MQTT: UTF-8 without NUL.
std::string end_of(std::string_view text) {
    if (text.size() > most_error_text) text.remove_prefix(text.size() - most_error_text);
    std::string result;
    for (const char c : text)
        result += (c == '\n' || c == '\t' || (c >= ' ' && c < '\x7f')) ? c : '?';
    return result;
}

} // namespace

client::engine::Message
dead_letter(std::string topic, const HeldMessage& message, const DeadLetterReason& reason) {
    client::engine::Message letter;
    letter.topic = std::move(topic);
    letter.payload = message.payload();
    letter.qos = mqtt::Qos::at_least_once;
    for (const mqtt::PropertyView& property : message.properties()) {
        // One that failed again tells of its last end only.
        if (is_forwarded(property) && !tells_of_the_end(property)) letter.properties.copy(property);
    }
    letter.properties.user_property(topic_name, message.topic());
    letter.properties.user_property("dlq-attempts", std::to_string(reason.attempts));
    letter.properties.user_property("dlq-reason", reason.why);
    if (!reason.error_tail.empty())
        letter.properties.user_property("dlq-stderr", end_of(reason.error_tail));
    letter.properties.user_property("dlq-first-seen", base::iso_time(reason.first_seen));
    letter.properties.user_property("dlq-host", reason.host);
    if (!reason.rule.empty()) letter.properties.user_property("dlq-rule", reason.rule);
    return letter;
}

std::string dead_letter_line(const HeldMessage& message, const DeadLetterReason& reason) {
    base::JsonObject line;
    line.number("attempts", reason.attempts)
        .text("reason", reason.why)
        .bytes("stderr", reason.error_tail)
        .text("first_seen", base::iso_time(reason.first_seen))
        .text("host", reason.host);
    if (!reason.rule.empty()) line.text("rule", reason.rule);
    line.json(
        "message",
        cli::message_json(
            message.packet(),
            cli::iso_time_with_microseconds(message.received()),
            cli::JsonPayload::as_string
        )
    );
    return line.str();
}

std::optional<client::engine::Message> redriven(const mqtt::Publish& letter) {
    client::engine::Message message;
    message.payload.assign(letter.payload.begin(), letter.payload.end());
    message.qos = mqtt::Qos::at_least_once;
    for (const mqtt::PropertyView& property : letter.properties) {
        if (tells_of_the_end(property)) {
            if (property.name == topic_name) message.topic = property.text;
        } else if (is_forwarded(property)) {
            message.properties.copy(property);
        }
    }
    if (message.topic.empty()) return std::nullopt;
    return message;
}

} // namespace mqtt_sub
