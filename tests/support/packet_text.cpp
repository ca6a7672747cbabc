#include "tests/support/packet_text.hpp"

#include "common/base/escape.hpp"

#include <array>
#include <cstdio>
#include <limits>
#include <variant>

namespace support {

namespace {

using namespace mqtt;

std::string quoted(std::string_view text) {
    return '"' + base::escaped(text, std::numeric_limits<std::size_t>::max()) + '"';
}

std::string quoted(base::Bytes bytes) {
    return quoted(base::as_text(bytes));
}

std::string hex(ReasonCode reason) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "0x%02X", static_cast<unsigned>(reason));
    return text.data();
}

std::string value_text(const PropertyView& property, PropertyType type) {
    switch (type) {
    case PropertyType::utf8_string_pair:
        return quoted(property.name) + ":" + quoted(property.text);
    case PropertyType::utf8_string:
    case PropertyType::binary_data:
        return quoted(property.text);
    default:
        return std::to_string(property.number);
    }
}

std::string text_of(const PropertyList& list) {
    std::string text;
    for (const PropertyView& property : list) {
        const PropertyRow* row = find_property(static_cast<std::uint32_t>(property.id));
        text += text.empty() ? " [" : ", ";
        text += std::string(row->name) + '=' + value_text(property, row->type);
    }
    return text.empty() ? text : text + ']';
}

std::string text_of(Qos qos) {
    return qos == Qos::at_most_once ? "" : " qos=" + std::to_string(static_cast<unsigned>(qos));
}

std::string flag(bool is_set, const char* name) {
    return is_set ? std::string(" ") + name : "";
}

std::string text_of(const Will& will) {
    return " will(topic=" + quoted(will.topic) + text_of(will.qos) + flag(will.retain, "retain") +
           text_of(will.properties) + " payload=" + quoted(will.payload) + ")";
}

std::string text_of(const Connect& packet) {
    std::string text = "CONNECT " + std::string(name_of(packet.version));
    text += flag(packet.bridge, "bridge") + flag(packet.clean_start, "clean");
    text += " keep_alive=" + std::to_string(packet.keep_alive);
    text += " client=" + quoted(packet.client_id);
    if (packet.will) text += text_of(*packet.will);
    if (packet.user_name) text += " user=" + quoted(*packet.user_name);
    if (packet.password) text += " password=" + quoted(*packet.password);
    return text + text_of(packet.properties);
}

std::string text_of(const Connack& packet) {
    return "CONNACK" + flag(packet.session_present, "session-present") +
           " reason=" + hex(packet.reason) + text_of(packet.properties);
}

std::string id_text(PacketId id) {
    return " id=" + std::to_string(id);
}

std::string text_of(const Publish& packet) {
    std::string text = "PUBLISH" + flag(packet.dup, "dup") + text_of(packet.qos);
    text += flag(packet.retain, "retain");
    if (packet.packet_id != 0) text += id_text(packet.packet_id);
    text += " topic=" + quoted(packet.topic) + text_of(packet.properties);
    if (!packet.payload.empty()) text += " payload=" + quoted(packet.payload);
    return text;
}

std::string reply_text(const char* name, const PublishReply& packet) {
    return name + id_text(packet.packet_id) + " reason=" + hex(packet.reason) +
           text_of(packet.properties);
}

std::string text_of(const Puback& packet) {
    return reply_text("PUBACK", packet);
}

std::string text_of(const Pubrec& packet) {
    return reply_text("PUBREC", packet);
}

std::string text_of(const Pubrel& packet) {
    return reply_text("PUBREL", packet);
}

std::string text_of(const Pubcomp& packet) {
    return reply_text("PUBCOMP", packet);
}

std::string text_of(const SubscriptionRequest& request) {
    const SubscriptionOptions& options = request.options;
    std::string text = " filter=" + quoted(request.filter) + text_of(options.qos);
    text += flag(options.no_local, "no-local");
    text += flag(options.retain_as_published, "retain-as-published");
    if (options.retain_handling != RetainHandling::always)
        text +=
            " retain-handling=" + std::to_string(static_cast<unsigned>(options.retain_handling));
    return text;
}

std::string text_of(const Subscribe& packet) {
    std::string text = "SUBSCRIBE" + id_text(packet.packet_id) + text_of(packet.properties);
    for (const SubscriptionRequest& request : packet.requests)
        text += text_of(request);
    return text;
}

std::string text_of(const Unsubscribe& packet) {
    std::string text = "UNSUBSCRIBE" + id_text(packet.packet_id) + text_of(packet.properties);
    for (const std::string_view filter : packet.filters)
        text += " filter=" + quoted(filter);
    return text;
}

std::string reasons_text(const std::vector<ReasonCode>& reasons) {
    std::string text;
    for (const ReasonCode reason : reasons)
        text += (text.empty() ? " reasons=" : ",") + hex(reason);
    return text;
}

std::string text_of(const Suback& packet) {
    return "SUBACK" + id_text(packet.packet_id) + text_of(packet.properties) +
           reasons_text(packet.reasons);
}

std::string text_of(const Unsuback& packet) {
    return "UNSUBACK" + id_text(packet.packet_id) + text_of(packet.properties) +
           reasons_text(packet.reasons);
}

std::string text_of(const Pingreq& /*packet*/) {
    return "PINGREQ";
}

std::string text_of(const Pingresp& /*packet*/) {
    return "PINGRESP";
}

std::string text_of(const Disconnect& packet) {
    return "DISCONNECT reason=" + hex(packet.reason) + text_of(packet.properties);
}

std::string text_of(const Auth& packet) {
    return "AUTH reason=" + hex(packet.reason) + text_of(packet.properties);
}

} // namespace

std::string packet_text(const Packet& packet) {
    return std::visit([](const auto& value) { return text_of(value); }, packet);
}

} // namespace support
