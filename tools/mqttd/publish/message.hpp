// One application message on its way: immutable, counted, in one allocation, shared by every queue
// of every shard that holds it. The only object that several shards point to. Topic, properties,
// payload and source follow the header in memory.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/mqtt/packet/property_list.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace mqttd {

inline constexpr base::SteadyTime never_expires = base::SteadyTime::max();

/// Who published a retained message, for check_retain_source.
struct MessageSource {
    std::string_view user; ///< empty: none was given
    std::string_view client_id;
    std::uint16_t listener = 0; ///< which of BrokerConfig::listeners
};

/// What a message is made of; the views are copied by Message::create.
struct MessageParts {
    std::string_view topic;        ///< full topic name, mount point included
    mqtt::PropertyList properties; ///< those that are forwarded: no topic alias, no expiry, no
                                   ///< subscription identifier
    base::Bytes payload;
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
    base::SteadyTime expires = never_expires; ///< [MQTT-3.3.2-5]
    std::uint64_t origin = 0; ///< number of the publishing session, 0 = the broker itself
    std::optional<MessageSource> source = {}; ///< of a retained message whose publisher has rules
    /// The packet of QoS 0, not retained, that a subscriber gets, when the publisher sent just
    /// that.
    base::Bytes packet{};
    bool packet_is_v5 = false;
};

class MessagePtr;

/// What the subscribers of a message did with it, as far as is known.
enum class Fate : std::uint8_t {
    unknown = 0, ///< nobody wanted it, or nobody has told
    refused = 1, ///< a queue or an output had no room
    taken = 2,   ///< somebody got or keeps it
    partly_taken = refused | taken,
};

/// Whether a limit has kept it from everybody.
[[nodiscard]] constexpr bool is_lost(Fate fate) {
    return fate == Fate::refused;
}

/// What the store thread knows of a message: the thread's alone.
struct StoreMark {
    std::uint64_t id = 0;   ///< in the store; 0: not there
    std::uint32_t rows = 0; ///< in the store that name it
    std::uint32_t pending =
        0; ///< 1 + index of the change that puts it there, until it is committed
};

class Message {
public:
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    /// Copies the parts into one allocation. Any thread.
    [[nodiscard]] static MessagePtr create(const MessageParts& parts);

    [[nodiscard]] MessageParts parts() const {
        return {
            .topic = topic(),
            .properties = properties(),
            .payload = payload(),
            .qos = qos_,
            .retain = retain_,
            .expires = expires_,
            .origin = origin_,
            .source = source(),
        };
    }

    [[nodiscard]] std::string_view topic() const { return base::as_text({data(), topic_size_}); }

    [[nodiscard]] mqtt::PropertyList properties() const {
        return {{data() + topic_size_, properties_size_}, property_mask_};
    }

    [[nodiscard]] base::Bytes payload() const {
        return {data() + topic_size_ + properties_size_, payload_size_};
    }

    [[nodiscard]] mqtt::Qos qos() const { return qos_; }

    [[nodiscard]] bool retain() const { return retain_; }

    [[nodiscard]] std::optional<MessageSource> source() const;

    [[nodiscard]] base::SteadyTime expires() const { return expires_; }

    [[nodiscard]] bool expired(base::SteadyTime now) const { return expires_ <= now; }

    /// Bytes of memory it holds: the unit of the queue limits in bytes.
    [[nodiscard]] std::size_t memory_bytes() const {
        return sizeof(Message) + topic_size_ + properties_size_ + payload_size_ + source_bytes();
    }

    /// For the store thread, whatever constness others see.
    [[nodiscard]] StoreMark& store_mark() const { return store_mark_; }

    /// The row of the retained set that it has in the store; for the shard that keeps the topic.
    [[nodiscard]] std::uint64_t retained_row() const { return retained_row_; }

    void set_retained_row(std::uint64_t row) const { retained_row_ = row; }

    /// What subscribers on other shards did with it, for the acknowledgement. Any thread; who reads
    /// it has heard from those shards since.
    void note_fate(Fate fate) const {
        const auto bits = static_cast<std::uint8_t>(fate);
        if ((fate_.load(std::memory_order_relaxed) & bits) != bits) {
            fate_.fetch_or(bits, std::memory_order_relaxed);
        }
    }

    [[nodiscard]] Fate fate() const {
        return static_cast<Fate>(fate_.load(std::memory_order_relaxed));
    }

    /// One more place keeps it. Returns whether that is the first one. Any thread.
    [[nodiscard]] bool keep() const {
        return keepers_.fetch_add(1, std::memory_order_relaxed) == 0;
    }

    /// One place less. Returns whether that was the last one. Any thread.
    [[nodiscard]] bool give_up() const {
        return keepers_.fetch_sub(1, std::memory_order_relaxed) == 1;
    }

private:
    friend class MessagePtr;

    explicit Message(const MessageParts& parts);
    ~Message() = default;
    static void release(Message* message) noexcept;
    [[nodiscard]] std::size_t source_bytes() const;

    [[nodiscard]] const std::uint8_t* data() const {
        return reinterpret_cast<const std::uint8_t*>(this + 1);
    }

    std::uint64_t property_mask_;
    base::SteadyTime expires_;
    std::uint64_t origin_;
    mutable StoreMark store_mark_;
    mutable std::uint64_t retained_row_ = 0;
    std::atomic<std::uint32_t> references_{1};
    mutable std::atomic<std::uint32_t> keepers_{0}; ///< queues and the retained set, for $SYS
    std::uint32_t payload_size_;
    std::uint32_t properties_size_;
    std::uint16_t topic_size_;
    mqtt::Qos qos_;
    bool retain_;
    bool has_source_; ///< what is in memory after the payload
    mutable std::atomic<std::uint8_t> fate_{0};
};

/// A counted reference to a Message; copying is one atomic increment.
// NOLINTNEXTLINE(cppcoreguidelines-special-member-functions): assignment takes its operand by value
class MessagePtr {
public:
    MessagePtr() = default;

    MessagePtr(const MessagePtr& other) noexcept : message_(other.message_) {
        if (message_ != nullptr) message_->references_.fetch_add(1, std::memory_order_relaxed);
    }

    MessagePtr(MessagePtr&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}

    MessagePtr& operator=(MessagePtr other) noexcept {
        std::swap(message_, other.message_);
        return *this;
    }

    ~MessagePtr() {
        if (message_ != nullptr) Message::release(message_);
    }

    [[nodiscard]] const Message& operator*() const { return *message_; }

    [[nodiscard]] const Message* operator->() const { return message_; }

    [[nodiscard]] explicit operator bool() const { return message_ != nullptr; }

private:
    friend class Message;

    explicit MessagePtr(Message* message) noexcept : message_(message) {}

    Message* message_ = nullptr;
};

} // namespace mqttd
