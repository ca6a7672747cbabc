#include "tools/mqttd/session/publish_writer.hpp"

#include "common/mqtt/spec/property.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

namespace mqttd {

namespace {

using mqtt::PropertyId;

/// A cursor into memory that was reserved with the exact size before.
class Pen {
public:
    explicit Pen(std::uint8_t* at) : at_(at) {}

    void byte(unsigned value) { *at_++ = static_cast<std::uint8_t>(value); }

    void two_bytes(unsigned value) {
        byte(value >> 8U);
        byte(value);
    }

    void four_bytes(std::uint32_t value) {
        two_bytes(value >> 16U);
        two_bytes(value);
    }

    void variable(std::uint32_t value) {
        while (value >= 0x80) {
            byte((value & 0x7FU) | 0x80U);
            value >>= 7U;
        }
        byte(value);
    }

    void bytes(base::Bytes value) {
        if (!value.empty()) std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }

private:
    std::uint8_t* at_;
};

constexpr std::size_t variable_size(std::size_t value) {
    if (value < 128) return 1;
    if (value < 16'384) return 2;
    return value < 2'097'152 ? 3 : 4;
}

/// Everything about the packet that is known before the first byte is written.
struct Layout {
    std::string_view topic;
    bool is_v5 = false;
    std::optional<mqtt::flow::AliasSender::Choice> alias;
    std::optional<std::uint32_t> expiry_seconds;
    std::size_t properties_size = 0;
    std::size_t remaining_length = 0;

    [[nodiscard]] std::size_t packet_size() const {
        return 1 + variable_size(remaining_length) + remaining_length;
    }
};

std::string_view without_mount_point(const Link& link, std::string_view topic) {
    const std::string& mount = link.terms().mount_point;
    if (!mount.empty() && topic.starts_with(mount)) topic.remove_prefix(mount.size());
    return topic;
}

/// Seconds left, rounded up so that a message is never declared dead before its time.
/// [MQTT-3.3.2-6]
std::uint32_t seconds_left(base::SteadyTime expires, base::SteadyTime now) {
    if (expires <= now) return 0;
    const auto left = std::chrono::ceil<std::chrono::seconds>(expires - now).count();
    return static_cast<std::uint32_t>(std::min<std::int64_t>(left, 0xFFFFFFFF));
}

void compute_sizes(Layout& layout, const MessageParts& message, const Delivery& delivery) {
    layout.remaining_length = 2 + layout.topic.size() + message.payload.size();
    if (delivery.qos != mqtt::Qos::at_most_once) layout.remaining_length += 2;
    if (!layout.is_v5) return;
    std::size_t size = message.properties.wire().size();
    if (layout.expiry_seconds) size += 5;
    if (layout.alias) size += 3;
    if (delivery.identifier != 0) size += 1 + variable_size(delivery.identifier);
    layout.properties_size = size;
    layout.remaining_length += variable_size(size) + size;
}

Layout layout_without_alias(
    const Link& link, const MessageParts& message, const Delivery& delivery, base::SteadyTime now
) {
    Layout layout;
    layout.is_v5 = link.is_v5();
    layout.topic = without_mount_point(link, message.topic);
    if (layout.is_v5 && message.expires != never_expires) {
        layout.expiry_seconds = seconds_left(message.expires, now);
    }
    compute_sizes(layout, message, delivery);
    return layout;
}

bool too_large(const Link& link, const Layout& layout) {
    const std::uint32_t limit = link.terms().max_packet_size;
    return (limit != 0 && layout.packet_size() > limit) ||
           layout.remaining_length > mqtt::max_remaining_length;
}

void use_alias(Link& link, const MessageParts& message, const Delivery& delivery, Layout& layout) {
    if (!layout.is_v5 || link.terms().alias_maximum_out == 0 || layout.topic.size() < 4) return;
    Layout with_alias = layout;
    with_alias.alias = mqtt::flow::AliasSender::Choice{.alias = 1, .topic_needed = true};
    compute_sizes(with_alias, message, delivery);
    if (too_large(link, with_alias)) return;
    layout.alias = link.aliases_out().choose(layout.topic);
    if (layout.alias && !layout.alias->topic_needed) layout.topic = {};
    compute_sizes(layout, message, delivery);
}

void write_properties(
    Pen& pen, const Layout& layout, const MessageParts& message, const Delivery& delivery
) {
    pen.variable(static_cast<std::uint32_t>(layout.properties_size));
    if (layout.alias) {
        pen.byte(static_cast<unsigned>(PropertyId::topic_alias));
        pen.two_bytes(layout.alias->alias);
    }
    if (layout.expiry_seconds) {
        pen.byte(static_cast<unsigned>(PropertyId::message_expiry_interval));
        pen.four_bytes(*layout.expiry_seconds);
    }
    if (delivery.identifier != 0) {
        pen.byte(static_cast<unsigned>(PropertyId::subscription_identifier));
        pen.variable(delivery.identifier);
    }
    pen.bytes(message.properties.wire());
}

void write_packet(
    std::uint8_t* out, const Layout& layout, const MessageParts& message, const Delivery& delivery
) {
    Pen pen(out);
    const unsigned flags = (delivery.dup ? 8U : 0U) | (static_cast<unsigned>(delivery.qos) << 1U) |
                           (delivery.retain ? 1U : 0U);
    pen.byte((static_cast<unsigned>(mqtt::PacketType::publish) << 4U) | flags);
    pen.variable(static_cast<std::uint32_t>(layout.remaining_length));
    pen.two_bytes(static_cast<unsigned>(layout.topic.size()));
    pen.bytes(base::as_bytes(layout.topic));
    if (delivery.qos != mqtt::Qos::at_most_once) pen.two_bytes(delivery.packet_id);
    if (layout.is_v5) write_properties(pen, layout, message, delivery);
    pen.bytes(message.payload);
}

base::Bytes
encode_qos0(const Link& link, InboundMessage& message, bool retain, base::SteadyTime now) {
    const Delivery delivery{.retain = retain};
    const Layout layout = layout_without_alias(link, message.parts(), delivery, now);
    std::uint8_t* const room = message.make_qos0_packet(layout.is_v5, retain, layout.packet_size());
    write_packet(room, layout, message.parts(), delivery);
    return message.qos0_packet(layout.is_v5, retain);
}

} // namespace

bool fits(
    const Link& link, const MessageParts& message, const Delivery& delivery, base::SteadyTime now
) {
    if (link.terms().max_packet_size == 0) return true;
    return !too_large(link, layout_without_alias(link, message, delivery, now));
}

bool write_publish(
    Link& link, const MessageParts& message, const Delivery& delivery, base::SteadyTime now
) {
    Layout layout = layout_without_alias(link, message, delivery, now);
    if (too_large(link, layout)) return false;
    use_alias(link, message, delivery, layout);
    write_packet(link.extend_output(layout.packet_size()), layout, message, delivery);
    link.output_changed();
    return true;
}

bool write_qos0(Link& link, InboundMessage& message, bool retain, base::SteadyTime now) {
    const LinkTerms& terms = link.terms();
    if (terms.alias_maximum_out != 0 || !terms.mount_point.empty()) {
        return write_publish(link, message.parts(), {.retain = retain}, now);
    }
    base::Bytes packet = message.qos0_packet(link.is_v5(), retain);
    if (packet.empty()) packet = encode_qos0(link, message, retain, now);
    if (terms.max_packet_size != 0 && packet.size() > terms.max_packet_size) return false;
    link.append_output(packet);
    link.output_changed();
    return true;
}

} // namespace mqttd
