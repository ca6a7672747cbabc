// A message while it is being routed, still a view of the read buffer. It becomes a counted Message
// only when somebody has to keep it (a queue, another shard, the retained set); QoS 0 deliveries
// copy straight from the view, through a small cache of encoded shapes so that the hundredth
// subscriber costs one memcpy. Shard thread only; lives on the stack.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqttd/publish/message.hpp"

#include <array>

namespace mqttd {

class InboundMessage {
public:
    /// scratch: reusable buffers of the shard for the encoded shapes.
    struct Shapes {
        std::array<base::ByteBuffer, 4> bytes; ///< index: (is_v5 << 1) | retain
    };

    InboundMessage(const MessageParts& parts, Shapes& shapes) : parts_(parts), shapes_(shapes) {
        clear_shapes();
    }

    /// A message that exists already: from another shard, the retained set, a will.
    InboundMessage(MessagePtr message, Shapes& shapes)
        : parts_(message->parts()), message_(std::move(message)), shapes_(shapes) {
        clear_shapes();
    }

    InboundMessage(const InboundMessage&) = delete;
    InboundMessage& operator=(const InboundMessage&) = delete;
    ~InboundMessage() = default;

    [[nodiscard]] const MessageParts& parts() const { return parts_; }

    /// The counted message; made at the first call.
    [[nodiscard]] const MessagePtr& message() {
        if (!message_) message_ = Message::create(parts_);
        return message_;
    }

    /// The whole QoS 0 PUBLISH packet without subscription identifiers in this shape; empty until
    /// set by the encoder.
    [[nodiscard]] base::ByteBuffer& qos0_shape(bool is_v5, bool retain) {
        return shapes_.bytes[(is_v5 ? 2U : 0U) + (retain ? 1U : 0U)];
    }

private:
    void clear_shapes() {
        for (base::ByteBuffer& shape : shapes_.bytes)
            shape.clear();
    }

    MessageParts parts_;
    MessagePtr message_;
    Shapes& shapes_;
};

} // namespace mqttd
