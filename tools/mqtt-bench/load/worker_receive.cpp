// What comes from the broker. PUBLISH, the mass of it, is taken apart here without the codec: this
// end only looks for its own stamps, and must cost less than any broker.
#include "tools/mqtt-bench/load/worker.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace bench {

namespace {

constexpr std::size_t largest_packet = std::size_t{20} * 1024 * 1024;
constexpr std::size_t largest_read = std::size_t{256} * 1024;
constexpr std::uint64_t most_retained = 100'000'000; // of one publisher

} // namespace

// Edge-triggered: a read that does not fill the buffer has emptied the socket.
void Worker::read_from(Client& client) {
    for (;;) {
        const std::size_t kept = client.partial.size();
        if (kept + largest_read > input_.size()) input_.resize(2 * kept + largest_read);
        if (kept != 0) std::memcpy(input_.data(), client.partial.data(), kept);
        const auto received = recv(client.fd, input_.data() + kept, largest_read, 0);
        if (received <= 0) {
            if (received == 0 || errno != EAGAIN) lost(client);
            return;
        }
        now_ = now_ns();
        const std::size_t size = kept + static_cast<std::size_t>(received);
        const std::size_t used = take_frames(client, size);
        hand_out_credit();
        if (client.fd < 0) return;
        if (used != size || kept != 0) {
            client.partial.assign(input_.data() + used, input_.data() + size);
        }
        if (client.partial.size() > largest_packet) return lost(client);
        if (static_cast<std::size_t>(received) < largest_read) return;
    }
}

/// Handles the whole packets at the start of the input; how many bytes that were.
std::size_t Worker::take_frames(Client& client, std::size_t size) {
    const std::uint8_t* const data = input_.data();
    std::size_t used = 0;
    while (size - used >= 2) {
        const std::uint8_t* const at = data + used;
        if ((at[0] >> 4U) == static_cast<unsigned>(mqtt::PacketType::publish) && at[1] < 0x80U) {
            const std::size_t whole = 2U + at[1];
            if (whole > size - used) return used;
            on_publish(client, at + 2, at + whole, at[0]);
            used += whole;
            continue;
        }
        const auto read = mqtt::codec::next_frame({at, size - used}, 0);
        if (read.status == mqtt::codec::FrameStatus::incomplete) return used;
        if (read.status == mqtt::codec::FrameStatus::invalid || !on_frame(client, read.frame)) {
            if (client.fd >= 0) lost(client);
            return used;
        }
        if (client.fd < 0) return used;
        used += read.frame.size();
    }
    return used;
}

bool Worker::on_frame(Client& client, const mqtt::codec::Frame& frame) {
    using mqtt::PacketType;
    const std::uint8_t* const body = frame.body.data();
    const bool has_id = frame.body.size() >= 2;
    switch (frame.type()) {
    case PacketType::publish:
        on_publish(client, body, body + frame.body.size(), frame.flags());
        break;
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubcomp:
        if (!has_id || !client.publisher) return false;
        on_publish_reply(client, frame);
        break;
    case PacketType::pubrel:
        if (!has_id) return false;
        reply(client, 0x70, body);
        break;
    case PacketType::connack:
        on_connack(client, frame);
        break;
    case PacketType::suback:
        if (!client.subscriber) return false;
        on_suback(client, frame);
        break;
    case PacketType::pingresp:
        counters_.pongs.add();
        break;
    default:
        return false;
    }
    return true;
}

void Worker::on_publish(
    Client& client, const std::uint8_t* body, const std::uint8_t* end, unsigned flags
) {
    const std::uint8_t* at = body;
    if (end - at < 4) return counters_.foreign.add();
    at += 2U + ((std::size_t{at[0]} << 8U) | at[1]);
    const unsigned qos = (flags >> 1U) & 3U;
    if (qos != 0) {
        if (end - at < 2) return counters_.foreign.add();
        reply(client, qos == 1 ? 0x40 : 0x50, at);
        at += 2;
    }
    if (context_.v5() && at < end) {
        // More than 127 bytes of properties are not ours: what follows is then no stamp.
        at += 1U + *at;
    }
    if (end - at < static_cast<std::ptrdiff_t>(sizeof(Stamp)) || !client.subscriber) {
        return counters_.foreign.add();
    }
    const Stamp stamp = Stamp::read(at);
    if (stamp.run != context_.run || stamp.flow >= context_.flows.size()) {
        return counters_.foreign.add();
    }
    count_message(*client.subscriber, stamp, (flags & 1U) != 0);
}

void Worker::count_message(Subscriber& subscriber, const Stamp& stamp, bool retained) {
    bool first = true;
    if (retained) {
        if (stamp.sequence >= most_retained) return counters_.foreign.add();
        first = subscriber.on_retained(stamp);
    } else {
        const Arrival arrival = subscriber.on_message(stamp);
        const auto& rings = context_.shared[subscriber.member().group_index];
        if (!rings.empty()) {
            first = rings[stamp.flow]->mark(stamp.sequence);
        } else {
            first = arrival != Arrival::duplicate;
        }
        if (arrival == Arrival::late || (arrival == Arrival::duplicate && first)) {
            counters_.late.add();
        }
    }
    counters_.received.add();
    if (!first) return counters_.duplicates.add();
    if (stamp.time >= measure_from_ && stamp.time < measure_until_) {
        latencies_.delivery.record(now_ > stamp.time ? now_ - stamp.time : 0);
    }
    credit(stamp.flow);
}

// Messages of one publisher mostly come in a row.
void Worker::credit(std::uint32_t flow) {
    if (flow != credit_flow_) {
        hand_out_credit();
        credit_flow_ = flow;
    }
    ++credit_count_;
}

void Worker::hand_out_credit() {
    if (credit_count_ == 0) return;
    const FlowHome& home = context_.flows[credit_flow_];
    home.publisher->credit_deliveries(credit_count_);
    credit_count_ = 0;
    if (home.worker == this) {
        touch(home.client);
    } else {
        home.worker->credit_arrived();
    }
}

void Worker::on_publish_reply(Client& client, const mqtt::codec::Frame& frame) {
    Publisher& publisher = *client.publisher;
    const auto id = static_cast<mqtt::PacketId>((frame.body[0] << 8U) | frame.body[1]);
    const bool refused = frame.body.size() > 2 && frame.body[2] >= 0x80;
    if (frame.type() == mqtt::PacketType::pubrec && !refused) {
        if (publisher.book().receive(id)) reply(client, 0x62, frame.body.data());
        return;
    }
    const auto sent_at = publisher.book().complete(id);
    if (!sent_at) return;
    (refused ? counters_.refused : counters_.acknowledged).add();
    if (*sent_at >= measure_from_ && *sent_at < measure_until_) {
        latencies_.acknowledgement.record(now_ > *sent_at ? now_ - *sent_at : 0);
    }
    touch(context_.flows[client.member->flow].client);
}

/// An acknowledgement of four bytes.
void Worker::reply(Client& client, std::uint8_t first_byte, const std::uint8_t* packet_id) {
    std::uint8_t* const at = client.out.extend(4);
    at[0] = first_byte;
    at[1] = 2;
    at[2] = packet_id[0];
    at[3] = packet_id[1];
    mark_dirty(client);
}

} // namespace bench
