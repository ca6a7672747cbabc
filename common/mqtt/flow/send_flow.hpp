// The QoS 1 and QoS 2 messages one side has sent and not yet seen acknowledged, in order of
// sending, limited by the peer's Receive Maximum. Owned by a session (server) or a client engine,
// used on its thread. Knows identifiers and states; never packets, bytes or time: the caller sends
// what the answers say. [MQTT-4.3.2] [MQTT-4.3.3]
#pragma once

#include "common/base/assert.hpp"
#include "common/mqtt/flow/id_table.hpp"
#include "common/mqtt/flow/packet_id_pool.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace mqtt::flow {

/// What the peer has to send next for a message.
enum class Awaiting : std::uint8_t { puback, pubrec, pubcomp };

enum class PubrecOutcome : std::uint8_t { send_pubrel, finished_with_error, unknown };

/// One message in flight; next and previous in order of sending, 0 = none.
template <typename Item>
struct SentMessage {
    PacketId id = 0;
    PacketId previous = 0;
    PacketId next = 0;
    Awaiting awaiting = Awaiting::puback;
    bool unsent = false; ///< not sent again since begin_resend()
    Item item{};
};

/// Item is what is kept until the peer has the message. Entries are a list through a table of
/// identifiers, so every operation costs the same however many are in flight, whichever is
/// acknowledged.
template <typename Item>
requires std::default_initializable<Item> && std::movable<Item>

class SendFlow {
public:
    /// window: Receive Maximum of the peer; 0 = 65535 (none given, or an older version).
    explicit SendFlow(std::uint16_t window) { set_window(window); }

    void set_window(std::uint16_t window) { window_ = window == 0 ? max_window : window; }

    /// Messages not finished, those awaiting PUBCOMP included. [MQTT-3.3.4-9]
    [[nodiscard]] std::size_t in_flight() const { return entries_.size(); }

    /// Whether a new message may be sent now: the window is open and nothing older waits to be sent
    /// again. [MQTT-3.3.4-9] [MQTT-4.6.0-1]
    [[nodiscard]] bool has_room() const { return unsent_ == 0 && entries_.size() < window_; }

    [[nodiscard]] bool empty() const { return entries_.size() == 0; }

    /// Precondition: has_room(), qos not 0. The identifier to send the PUBLISH with. [MQTT-2.2.1-4]
    PacketId start(Item item, Qos qos) {
        MIDGE_ASSERT(has_room(), "a message is sent only when the window has room");
        while (entries_.contains(next_id_))
            next_id_ = next_packet_id(next_id_);
        const PacketId id = next_id_;
        append(id, first_state(qos), std::move(item));
        return id;
    }

    /// The same with an identifier from elsewhere, for who shares them with SUBSCRIBE.
    /// Precondition: not in use here.
    void start(PacketId id, Item item, Qos qos) {
        MIDGE_ASSERT(has_room(), "a message is sent only when the window has room");
        append(id, first_state(qos), std::move(item));
    }

    /// The finished item; nullopt: unknown identifier, or not one that awaits PUBACK.
    /// [MQTT-4.3.2-3]
    std::optional<Item> on_puback(PacketId id) {
        Entry* entry = entries_.find(id);
        if (entry == nullptr || entry->awaiting != Awaiting::puback) return std::nullopt;
        std::optional<Item> finished{std::move(entry->item)};
        remove(*entry);
        return finished;
    }

    /// is_error: reason code 0x80 or above, which ends the exchange. On send_pubrel and
    /// finished_with_error the item goes to *released when the message had not been released
    /// before; released may be nullptr. A repeated PUBREC gives send_pubrel again; one for an
    /// identifier that awaits PUBACK is unknown. [MQTT-4.3.3-4] [MQTT-4.3.3-5]
    PubrecOutcome on_pubrec(PacketId id, bool is_error, std::optional<Item>* released) {
        Entry* entry = entries_.find(id);
        if (entry == nullptr || entry->awaiting == Awaiting::puback) return PubrecOutcome::unknown;
        if (entry->awaiting == Awaiting::pubrec) {
            Item item = std::exchange(entry->item, Item{});
            entry->awaiting = Awaiting::pubcomp;
            if (released != nullptr) released->emplace(std::move(item));
        }
        if (!is_error) return PubrecOutcome::send_pubrel;
        remove(*entry);
        return PubrecOutcome::finished_with_error;
    }

    /// false: unknown, or not one that awaits PUBCOMP.
    bool on_pubcomp(PacketId id) {
        Entry* entry = entries_.find(id);
        if (entry == nullptr || entry->awaiting != Awaiting::pubcomp) return false;
        remove(*entry);
        return true;
    }

    /// What is kept for a message in flight; after PUBREC a default one, unless the caller has put
    /// something there. nullptr: unknown identifier.
    [[nodiscard]] Item* item(PacketId id) {
        Entry* const entry = entries_.find(id);
        return entry == nullptr ? nullptr : &entry->item;
    }

    /// visit(PacketId, Awaiting, Qos, Item*), in order of sending; Item* is nullptr when PUBCOMP is
    /// awaited. The visit must not change this flow.
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (PacketId id = first_; id != 0;) {
            Entry& entry = *entries_.find(id);
            visit(id, entry.awaiting, qos_of(entry), item_of(entry));
            id = entry.next;
        }
    }

    /// The session has a new connection: everything in flight has to be sent again. [MQTT-4.4.0-1]
    void begin_resend() {
        entries_.for_each([](Entry& entry) { entry.unsent = true; });
        resend_from_ = first_;
        unsent_ = static_cast<std::uint16_t>(entries_.size());
    }

    /// Visits, as for_each does, what begin_resend() left to send while the new window has room:
    /// after CONNACK, and after each acknowledgement while resending(). [MQTT-4.4.0-1]
    /// [MQTT-4.6.0-1] [MQTT-3.3.4-9]
    template <typename Visit>
    void resend(Visit&& visit) {
        while (unsent_ != 0 && entries_.size() - unsent_ < window_) {
            Entry& entry = *entries_.find(resend_from_);
            entry.unsent = false;
            --unsent_;
            resend_from_ = entry.next;
            visit(entry.id, entry.awaiting, qos_of(entry), item_of(entry));
        }
    }

    [[nodiscard]] bool resending() const { return unsent_ != 0; }

    /// Puts back what a durable session had in flight, called in order of sending. item: nullopt
    /// when PUBCOMP is awaited. Precondition: id is not 0 and not in use; qos fits awaiting. The
    /// window is not looked at.
    void restore(PacketId id, Awaiting awaiting, Qos qos, std::optional<Item> item) {
        MIDGE_ASSERT(
            (qos == Qos::at_least_once) == (awaiting == Awaiting::puback),
            "PUBACK belongs to QoS 1, PUBREC and PUBCOMP to QoS 2"
        );
        append(id, awaiting, item.has_value() ? std::move(*item) : Item{});
    }

private:
    using Entry = SentMessage<Item>;

    static constexpr std::uint16_t max_window = 65535;

    static Awaiting first_state(Qos qos) {
        MIDGE_ASSERT(qos != Qos::at_most_once, "QoS 0 has no flow");
        return qos == Qos::exactly_once ? Awaiting::pubrec : Awaiting::puback;
    }

    static Qos qos_of(const Entry& entry) {
        return entry.awaiting == Awaiting::puback ? Qos::at_least_once : Qos::exactly_once;
    }

    static Item* item_of(Entry& entry) {
        return entry.awaiting == Awaiting::pubcomp ? nullptr : &entry.item;
    }

    void append(PacketId id, Awaiting awaiting, Item item) {
        entries_.insert(Entry{id, last_, 0, awaiting, false, std::move(item)});
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the last one is in the table
        (last_ == 0 ? first_ : entries_.find(last_)->next) = id;
        last_ = id;
        next_id_ = next_packet_id(id);
    }

    void remove(const Entry& entry) {
        const PacketId previous = entry.previous;
        const PacketId next = entry.next;
        if (entry.unsent) {
            --unsent_;
            if (resend_from_ == entry.id) resend_from_ = next;
        }
        // Neighbours are always in the table, which the analyzer does not see.
        // NOLINTBEGIN(clang-analyzer-core.NullDereference)
        (previous == 0 ? first_ : entries_.find(previous)->next) = next;
        (next == 0 ? last_ : entries_.find(next)->previous) = previous;
        // NOLINTEND(clang-analyzer-core.NullDereference)
        entries_.erase(entry.id);
    }

    [[no_unique_address]] IdTable<Entry> entries_;
    PacketId first_ = 0;
    PacketId last_ = 0;
    PacketId next_id_ = 1;
    PacketId resend_from_ = 0;
    std::uint16_t unsent_ = 0;
    std::uint16_t window_ = 0;
};

} // namespace mqtt::flow
