#include "tools/mqttd/publish/message.hpp"

#include <algorithm>
#include <new>

namespace mqttd {

Message::Message(const MessageParts& parts)
    : property_mask_(parts.properties.mask())
    , expires_(parts.expires)
    , origin_(parts.origin)
    , payload_size_(static_cast<std::uint32_t>(parts.payload.size()))
    , properties_size_(static_cast<std::uint32_t>(parts.properties.wire().size()))
    , topic_size_(static_cast<std::uint16_t>(parts.topic.size()))
    , qos_(parts.qos)
    , retain_(parts.retain) {
    auto* out = reinterpret_cast<std::uint8_t*>(this + 1);
    const base::Bytes topic = base::as_bytes(parts.topic);
    const base::Bytes properties = parts.properties.wire();
    out = std::copy(topic.begin(), topic.end(), out);
    out = std::copy(properties.begin(), properties.end(), out);
    std::copy(parts.payload.begin(), parts.payload.end(), out);
}

MessagePtr Message::create(const MessageParts& parts) {
    const std::size_t size = sizeof(Message) + parts.topic.size() + parts.properties.wire().size() +
                             parts.payload.size();
    void* memory = ::operator new(size);
    return MessagePtr(new (memory) Message(parts));
}

void Message::release(Message* message) noexcept {
    if (message->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    message->~Message();
    ::operator delete(message);
}

} // namespace mqttd
