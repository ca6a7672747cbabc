#include "common/cli/message_json.hpp"

#include "common/base/json_text.hpp"
#include "common/base/utf8.hpp"
#include "common/mqtt/spec/property.hpp"

#include <vector>

namespace cli {

namespace {

using mqtt::PropertyId;
using mqtt::PropertyType;

/// Members one after the other; the braces are the caller's.
class Members {
public:
    void raw(std::string_view name, std::string_view value) {
        if (!text_.empty()) text_ += ',';
        base::append_json_string(text_, name);
        text_ += ':';
        text_ += value;
    }

    void number(std::string_view name, std::uint64_t value) { raw(name, std::to_string(value)); }

    /// A string; base64 with a second member that says so when it is not UTF-8.
    void bytes(std::string_view name, std::string_view value, std::string_view encoding_name) {
        const bool is_text = base::is_valid_utf8(value);
        std::string text;
        base::append_json_string(text, is_text ? value : base::base64(base::as_bytes(value)));
        raw(name, text);
        if (!is_text) raw(encoding_name, "\"base64\"");
    }

    [[nodiscard]] std::string object() const { return '{' + text_ + '}'; }

private:
    std::string text_;
};

std::string numbers(const std::vector<std::uint32_t>& values) {
    if (values.size() == 1) return std::to_string(values.front());
    std::string text;
    for (const std::uint32_t value : values)
        text += (text.empty() ? "[" : ",") + std::to_string(value);
    return text + ']';
}

std::string pair(const mqtt::PropertyView& property) {
    std::string text = "{";
    base::append_json_string(text, property.name);
    text += ':';
    base::append_json_string(text, property.text);
    return text + '}';
}

} // namespace

std::string properties_json(const mqtt::PropertyList& list) {
    Members members;
    std::string user_properties;
    std::vector<std::uint32_t> subscriptions;
    for (const mqtt::PropertyView& property : list) {
        const mqtt::PropertyRow& row =
            *mqtt::find_property(static_cast<std::uint32_t>(property.id));
        if (property.id == PropertyId::user_property) {
            user_properties += (user_properties.empty() ? "" : ",") + pair(property);
        } else if (property.id == PropertyId::subscription_identifier) {
            subscriptions.push_back(property.number);
        } else if (row.type == PropertyType::utf8_string || row.type == PropertyType::binary_data) {
            members.bytes(row.name, property.text, std::string(row.name) + "-encoding");
        } else {
            members.number(row.name, property.number);
        }
    }
    if (!subscriptions.empty()) members.raw("subscription-identifier", numbers(subscriptions));
    if (!user_properties.empty()) members.raw("user-properties", '[' + user_properties + ']');
    return members.object();
}

std::string message_json(const mqtt::Publish& packet, std::string_view tst, JsonPayload style) {
    const std::string_view payload = base::as_text(packet.payload);
    Members members;
    std::string text;
    base::append_json_string(text, tst);
    members.raw("tst", text);
    text.clear();
    base::append_json_string(text, packet.topic);
    members.raw("topic", text);
    members.number("qos", static_cast<std::uint64_t>(packet.qos));
    members.raw("retain", packet.retain ? "true" : "false");
    members.number("payloadlen", payload.size());
    if (packet.qos != mqtt::Qos::at_most_once) members.number("mid", packet.packet_id);
    if (!packet.properties.empty()) members.raw("properties", properties_json(packet.properties));
    if (style == JsonPayload::as_value && base::is_json(payload)) {
        members.raw("payload", base::compact_json(payload));
    } else {
        members.bytes("payload", payload, "payloadencoding");
    }
    return members.object();
}

} // namespace cli
