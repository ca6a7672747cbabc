// A message while it is being routed, still a view of the read buffer. It becomes a counted Message
// only when somebody has to keep it (a queue, another shard, the retained set); QoS 0 deliveries
// copy straight from the view, through a small cache of encoded shapes so that the hundredth
// subscriber costs one memcpy. Shard thread only; lives on the stack.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/publish/message.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace mqttd {

class InboundMessage {
public:
    /// Reusable buffers of the shard for the encoded shapes.
    struct Shapes {
        std::array<base::ByteBuffer, 4> bytes; ///< index: (is_v5 << 1) | retain
    };

    /// Both outlive it.
    InboundMessage(const MessageParts& parts, Shapes& shapes) : parts_(&parts), shapes_(shapes) {
        if (!parts.packet.empty()) encoded_[index_of(parts.packet_is_v5, false)] = parts.packet;
    }

    /// A message that exists already: from another shard, the retained set, a will.
    InboundMessage(MessagePtr message, Shapes& shapes)
        : own_parts_(message->parts())
        , parts_(&*own_parts_)
        , message_(std::move(message))
        , shapes_(shapes) {}

    InboundMessage(const InboundMessage&) = delete;
    InboundMessage& operator=(const InboundMessage&) = delete;
    ~InboundMessage() = default;

    [[nodiscard]] const MessageParts& parts() const { return *parts_; }

    /// The counted message; made at the first call.
    [[nodiscard]] const MessagePtr& message() {
        if (!message_) message_ = Message::create(*parts_);
        return message_;
    }

    /// The whole QoS 0 PUBLISH packet without subscription identifiers in this shape; empty until
    /// somebody has encoded it.
    [[nodiscard]] base::Bytes qos0_packet(bool is_v5, bool retain) const {
        return encoded_[index_of(is_v5, retain)];
    }

    /// Room for that packet, which is qos0_packet() from now on; to be written at once.
    [[nodiscard]] std::uint8_t* make_qos0_packet(bool is_v5, bool retain, std::size_t size) {
        const std::size_t index = index_of(is_v5, retain);
        shapes_.bytes[index].resize(size);
        encoded_[index] = shapes_.bytes[index];
        return shapes_.bytes[index].data();
    }

    // --- what becomes of it ---

    void note(Fate fate) {
        fate_ = static_cast<Fate>(static_cast<unsigned>(fate_) | static_cast<unsigned>(fate));
    }

    /// On this shard.
    [[nodiscard]] Fate fate() const { return fate_; }

    /// It goes to other shards as well, which will tell what becomes of it there.
    void note_forwarded() { forwarded_ = true; }

    [[nodiscard]] bool is_forwarded() const { return forwarded_; }

private:
    static constexpr std::size_t index_of(bool is_v5, bool retain) {
        return (is_v5 ? 2U : 0U) + (retain ? 1U : 0U);
    }

    std::optional<MessageParts> own_parts_;
    const MessageParts* parts_;
    MessagePtr message_;
    Shapes& shapes_;
    std::array<base::Bytes, 4> encoded_{};
    Fate fate_ = Fate::unknown;
    bool forwarded_ = false;
};

} // namespace mqttd
