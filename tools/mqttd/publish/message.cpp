#include "tools/mqttd/publish/message.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace mqttd {

namespace {

/// How a source lies in memory: this, then the user and the client id.
struct SourceHeader {
    std::uint16_t listener = 0;
    std::uint16_t user_size = 0;
    std::uint16_t client_id_size = 0;
};

std::size_t bytes_of(const std::optional<MessageSource>& source) {
    return source ? sizeof(SourceHeader) + source->user.size() + source->client_id.size() : 0;
}

void write_source(const MessageSource& source, std::uint8_t* out) {
    const SourceHeader header{
        source.listener,
        static_cast<std::uint16_t>(source.user.size()),
        static_cast<std::uint16_t>(source.client_id.size())};
    std::memcpy(out, &header, sizeof header);
    out = std::copy(source.user.begin(), source.user.end(), out + sizeof header);
    std::copy(source.client_id.begin(), source.client_id.end(), out);
}

} // namespace

Message::Message(const MessageParts& parts)
    : property_mask_(parts.properties.mask())
    , expires_(parts.expires)
    , origin_(parts.origin)
    , payload_size_(static_cast<std::uint32_t>(parts.payload.size()))
    , properties_size_(static_cast<std::uint32_t>(parts.properties.wire().size()))
    , topic_size_(static_cast<std::uint16_t>(parts.topic.size()))
    , qos_(parts.qos)
    , retain_(parts.retain)
    , has_source_(parts.source.has_value()) {
    auto* out = reinterpret_cast<std::uint8_t*>(this + 1);
    const base::Bytes topic = base::as_bytes(parts.topic);
    const base::Bytes properties = parts.properties.wire();
    out = std::copy(topic.begin(), topic.end(), out);
    out = std::copy(properties.begin(), properties.end(), out);
    out = std::copy(parts.payload.begin(), parts.payload.end(), out);
    if (parts.source) write_source(*parts.source, out);
}

std::optional<MessageSource> Message::source() const {
    if (!has_source_) return std::nullopt;
    const std::uint8_t* const at = data() + topic_size_ + properties_size_ + payload_size_;
    SourceHeader header;
    std::memcpy(&header, at, sizeof header);
    const base::Bytes names(
        at + sizeof header, std::size_t{header.user_size} + header.client_id_size
    );
    return MessageSource{
        base::as_text(names.first(header.user_size)),
        base::as_text(names.subspan(header.user_size)),
        header.listener};
}

std::size_t Message::source_bytes() const {
    return bytes_of(source());
}

MessagePtr Message::create(const MessageParts& parts) {
    const std::size_t size = sizeof(Message) + parts.topic.size() + parts.properties.wire().size() +
                             parts.payload.size() + bytes_of(parts.source);
    void* memory = ::operator new(size);
    return MessagePtr(new (memory) Message(parts));
}

void Message::release(Message* message) noexcept {
    if (message->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    message->~Message();
    ::operator delete(message);
}

} // namespace mqttd
