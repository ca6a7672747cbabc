#include "common/client/engine/words.hpp"

#include "common/base/escape.hpp"

#include <array>
#include <cstdint>
#include <type_traits>
#include <variant>

namespace client::engine {

namespace {

bool is_lower(char letter) {
    return letter >= 'a' && letter <= 'z';
}

bool is_upper(char letter) {
    return letter >= 'A' && letter <= 'Z';
}

std::string hex(mqtt::ReasonCode reason) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<std::uint8_t>(reason);
    return {'0', 'x', digits[value >> 4U], digits[value & 0x0FU]};
}

std::string quoted(std::string_view text) {
    return "'" + base::escaped(text) + "'";
}

std::string bit(bool value) {
    return value ? "1" : "0";
}

std::string number(auto value) {
    return std::to_string(static_cast<unsigned>(value));
}

std::string text_of(const mqtt::Connect& packet) {
    return "MQTT " + std::string(name_of(packet.version)) + ", c" + bit(packet.clean_start) +
           ", k" + number(packet.keep_alive) + ", id " + quoted(packet.client_id);
}

std::string text_of(const mqtt::Connack& packet) {
    return "s" + bit(packet.session_present) + ", " + hex(packet.reason);
}

std::string text_of(const mqtt::Publish& packet) {
    return "d" + bit(packet.dup) + ", q" + number(packet.qos) + ", r" + bit(packet.retain) + ", m" +
           number(packet.packet_id) + ", " + quoted(packet.topic) + ", " +
           std::to_string(packet.payload.size()) + " bytes";
}

std::string text_of(const mqtt::PublishReply& packet) {
    return "m" + number(packet.packet_id) + ", " + hex(packet.reason);
}

std::string text_of(const mqtt::Subscribe& packet) {
    std::string text = "m" + number(packet.packet_id);
    for (const mqtt::SubscriptionRequest& request : packet.requests)
        text += ", " + quoted(request.filter) + " q" + number(request.options.qos);
    return text;
}

std::string text_of(const mqtt::Suback& packet) {
    std::string text = "m" + number(packet.packet_id);
    for (const mqtt::ReasonCode reason : packet.reasons)
        text += ", " + hex(reason);
    return text;
}

std::string text_of(const mqtt::Unsubscribe& packet) {
    std::string text = "m" + number(packet.packet_id);
    for (const std::string_view filter : packet.filters)
        text += ", " + quoted(filter);
    return text;
}

std::string text_of(const mqtt::Unsuback& packet) {
    std::string text = "m" + number(packet.packet_id);
    for (const mqtt::ReasonCode reason : packet.reasons)
        text += ", " + hex(reason);
    return text;
}

std::string text_of(const mqtt::Disconnect& packet) {
    return hex(packet.reason);
}

std::string text_of(const mqtt::Auth& packet) {
    return hex(packet.reason);
}

template <typename Ping>

requires std::is_empty_v<Ping> std::string text_of(const Ping& /*packet*/) {
    return {};
}

} // namespace

std::string lower_first(std::string_view text) {
    std::string result(text);
    if (text.size() > 1 && is_upper(text[0]) && is_lower(text[1]) && text.substr(0, 3) != "QoS")
        result[0] = static_cast<char>(text[0] - 'A' + 'a');
    return result;
}

std::string in_words(mqtt::ReasonCode reason, const mqtt::PropertyList& properties) {
    std::string text = lower_first(name_of(reason));
    const auto detail = properties.text(mqtt::PropertyId::reason_string);
    if (detail.has_value() && !detail->empty()) text += ": " + base::escaped(*detail);
    return text;
}

std::string describe(const mqtt::Packet& packet) {
    return std::visit([](const auto& known) { return text_of(known); }, packet);
}

} // namespace client::engine
