#include "common/client/engine/outbox.hpp"

#include "common/client/engine/request_check.hpp"
#include "common/client/engine/words.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace client::engine {

using mqtt::PacketId;
using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::flow::Awaiting;
using mqtt::flow::PubrecOutcome;

namespace {

/// Messages wait in the queue while more than this waits to be written.
constexpr std::size_t output_high_water = std::size_t{256} << 10U;

std::uint16_t smaller_window(std::uint16_t own, std::uint16_t peers) {
    return std::min(own == 0 ? std::uint16_t{65535} : own, peers);
}

std::size_t size_of(const Message& message) {
    return message.payload.size() + message.topic.size() + message.properties.list().wire().size();
}

Published never_sent(Qos qos, const Refusal& refusal) {
    return {.qos = qos, .reason = refusal.reason, .what = refusal.what, .sent = false};
}

} // namespace

Outbox::Outbox(
    const SessionOptions& options, EngineEvents& events, Wire& wire, mqtt::flow::PacketIdPool& ids
)
    : options_(options)
    , events_(events)
    , wire_(wire)
    , ids_(ids)
    , in_flight_(options.max_in_flight) {}

base::Result<Token, Refusal> Outbox::accept(Token token, Message message) {
    const bool has_alias = message.properties.list().has(PropertyId::topic_alias);
    if (has_alias && options_.max_topic_aliases != 0) {
        return Refusal{
            RefusalKind::invalid,
            mqtt::ReasonCode::topic_alias_invalid,
            "topic aliases are chosen automatically"};
    }
    if (auto refusal = check(message)) return *std::move(refusal);
    if (open_)
        if (auto refusal = check(message, wire_.version(), limits_)) return *std::move(refusal);
    if (full_) {
        return Refusal{
            RefusalKind::queue_full,
            mqtt::ReasonCode::quota_exceeded,
            std::to_string(queue_.size()) + " messages already wait to be sent"};
    }
    queued_bytes_ += size_of(message);
    queue_.push_back(std::make_unique<Entry>(Entry{token, std::move(message)}));
    full_ = queue_.size() >= options_.max_queued || queued_bytes_ >= options_.max_queued_bytes;
    return token;
}

void Outbox::begin(const ServerLimits& limits, bool session_present) {
    limits_ = limits;
    open_ = true;
    aliases_ =
        mqtt::flow::AliasSender(std::min(limits.topic_alias_maximum, options_.max_topic_aliases));
    chosen_aliases_.clear();
    in_flight_.set_window(smaller_window(options_.max_in_flight, limits.receive_maximum));
    resend_as_duplicates_ = session_present;
    if (!session_present) finish_released();
    drop_what_the_server_refuses();
    in_flight_.begin_resend();
}

void Outbox::finish_released() {
    for (const auto& [id, token] : std::exchange(released_, {})) {
        in_flight_.on_pubcomp(id);
        ids_.release(id);
        finish(token, Published{.qos = Qos::exactly_once});
    }
}

void Outbox::drop_what_the_server_refuses() {
    struct Dropped {
        PacketId id;
        Qos qos;
        Refusal refusal;
    };

    std::vector<Dropped> dropped;
    in_flight_.for_each([&](PacketId id, Awaiting, Qos qos, const EntryPtr* entry) {
        if (entry == nullptr) return;
        if (auto refusal = check((*entry)->message, wire_.version(), limits_))
            dropped.push_back({id, qos, *std::move(refusal)});
    });
    for (const auto& [id, qos, refusal] : dropped) {
        std::optional<EntryPtr> entry;
        if (qos == Qos::at_least_once) {
            entry = in_flight_.on_puback(id);
        } else {
            in_flight_.on_pubrec(id, true, &entry);
        }
        ids_.release(id);
        finish((*entry)->token, never_sent(qos, refusal));
    }
}

void Outbox::pump() {
    if (!open_ || pumping_) return; // a call from an event: the loop below goes on
    pumping_ = true;
    resend();
    send_queued();
    pumping_ = false;
    if (full_ && queue_.size() <= options_.max_queued / 2 &&
        queued_bytes_ <= options_.max_queued_bytes / 2) {
        full_ = false;
        events_.on_room();
    }
}

void Outbox::resend() {
    in_flight_.resend([this](PacketId id, Awaiting, Qos, EntryPtr* entry) {
        if (entry == nullptr) {
            mqtt::Pubrel packet;
            packet.packet_id = id;
            wire_.send(packet);
        } else {
            send(**entry, id, resend_as_duplicates_); // [MQTT-3.3.1-1]
        }
    });
}

void Outbox::send_queued() {
    while (open_ && !queue_.empty() && wire_.pending() < output_high_water) {
        const Qos qos = queue_.front()->message.qos;
        std::optional<PacketId> id = PacketId{0};
        if (qos != Qos::at_most_once) {
            if (!in_flight_.has_room()) return;
            id = ids_.take();
            if (!id.has_value()) return;
        }
        EntryPtr entry = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= size_of(entry->message);
        const Token token = entry->token;
        if (auto refusal = check(entry->message, wire_.version(), limits_)) {
            if (*id != 0) ids_.release(*id);
            finish(token, never_sent(qos, *refusal));
            continue;
        }
        send(*entry, *id, false);
        if (qos != Qos::at_most_once) {
            in_flight_.start(*id, std::move(entry), qos);
        } else {
            finish(token, Published{});
        }
    }
}

void Outbox::send(const Entry& entry, PacketId id, bool dup) {
    const Message& message = entry.message;
    mqtt::Publish packet = as_packet(message);
    packet.packet_id = id;
    packet.dup = dup && id != 0;
    if (const auto chosen = packet.properties.number(PropertyId::topic_alias)) {
        std::string& known = chosen_aliases_[*chosen];
        if (known == message.topic) packet.topic = {};
        known = message.topic;
        wire_.send(packet);
        return;
    }
    constexpr std::size_t alias_size = 4; // the property, and a length that may grow by a byte
    const bool fits = limits_.maximum_packet_size == 0 ||
                      mqtt::codec::encoded_size(packet, wire_.version()) + alias_size <=
                          limits_.maximum_packet_size;
    const auto choice = fits ? aliases_.choose(message.topic) : std::nullopt;
    if (!choice.has_value()) {
        wire_.send(packet);
        return;
    }
    mqtt::PropertyBuilder properties = message.properties;
    properties.number(PropertyId::topic_alias, choice->alias);
    packet.properties = properties.list();
    if (!choice->topic_needed) packet.topic = {};
    wire_.send(packet);
}

bool Outbox::on_puback(const mqtt::Puback& packet) {
    const std::optional<EntryPtr> entry = in_flight_.on_puback(packet.packet_id);
    if (!entry.has_value()) return false;
    ids_.release(packet.packet_id);
    finish((*entry)->token, Qos::at_least_once, packet);
    return true;
}

void Outbox::on_pubrec(const mqtt::Pubrec& packet) {
    const PacketId id = packet.packet_id;
    std::optional<EntryPtr> entry;
    const PubrecOutcome outcome = in_flight_.on_pubrec(id, is_error(packet.reason), &entry);
    if (outcome == PubrecOutcome::finished_with_error) {
        Token token = 0;
        if (entry.has_value()) {
            token = (*entry)->token;
        } else if (const auto known = released_.extract(id)) {
            token = known.mapped();
        }
        ids_.release(id);
        finish(token, Qos::exactly_once, packet);
        return;
    }
    if (entry.has_value()) released_[id] = (*entry)->token;
    if (outcome == PubrecOutcome::unknown && is_error(packet.reason)) return;
    mqtt::Pubrel reply; // also to an unknown one, so that the server can forget it
    reply.packet_id = id;
    if (outcome == PubrecOutcome::unknown)
        reply.reason = mqtt::ReasonCode::packet_identifier_not_found;
    wire_.send(reply);
}

bool Outbox::on_pubcomp(const mqtt::Pubcomp& packet) {
    if (!in_flight_.on_pubcomp(packet.packet_id)) return false;
    ids_.release(packet.packet_id);
    const auto token = released_.extract(packet.packet_id);
    // 0x92 answers a PUBREL sent again: the server was done with the message.
    mqtt::Pubcomp result = packet;
    if (result.reason == mqtt::ReasonCode::packet_identifier_not_found)
        result.reason = mqtt::ReasonCode::success;
    finish(token.mapped(), Qos::exactly_once, result);
    return true;
}

void Outbox::finish(Token token, const Published& result) {
    events_.on_published(token, result);
}

void Outbox::finish(Token token, Qos qos, const mqtt::PublishReply& reply) {
    Published result{.qos = qos, .reason = reply.reason};
    if (is_error(reply.reason)) result.what = in_words(reply.reason, reply.properties);
    finish(token, result);
}

} // namespace client::engine
