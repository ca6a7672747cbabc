// What a shard counts. Each shard owns one Counters and is its only writer; any thread may read it
// at any time, so that $SYS and the admin side can add up all shards without stopping them. A gauge
// is a counter that also goes down; it may go up on one shard and down on another, therefore only
// the sum over all shards means something.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace mqttd {

/// One number with one writing thread: add() is a load and a store, not a locked instruction.
class Counter {
public:
    [[gnu::always_inline]] void add(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }

    [[gnu::always_inline]] void subtract(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Indexed with the number of the packet type (mqtt::PacketType); 0 stays unused.
using PacketTypeCounters = std::array<Counter, 16>;

struct alignas(64) Counters {
    // Sockets.
    Counter connections_accepted;
    Counter connections_current;          ///< gauge
    Counter connections_refused_limit;    ///< over a connection limit of the listener or the broker
    Counter connections_refused_address;  ///< not in allow_from, or in deny_from
    Counter connections_refused_protocol; ///< first packet was not an acceptable CONNECT
    Counter connect_timeouts;             ///< no CONNECT within connect_timeout
    Counter keep_alive_timeouts;
    Counter logins_refused; ///< wrong password, unknown user, or no user name where one is needed
    Counter logins_limited; ///< too many failed logins before
    Counter logins_busy;    ///< too many logins waited, or the check took too long
    Counter accept_pauses;  ///< accepting stopped for a while: no file descriptors left

    // Clients and sessions.
    Counter clients_total;     ///< gauge: sessions, connected or stored
    Counter clients_connected; ///< gauge
    Counter clients_expired;
    Counter takeovers; ///< a connection ended because the same client connected again
    Counter wills_sent;

    // Traffic. "messages" are all MQTT packets.
    Counter messages_received;
    Counter messages_sent;
    Counter bytes_received; ///< of the sockets
    Counter bytes_sent;
    Counter publish_received;
    Counter publish_sent;
    Counter publish_dropped;        ///< all causes together
    Counter publish_bytes_received; ///< payload
    Counter publish_bytes_sent;
    PacketTypeCounters packets_received;
    PacketTypeCounters packets_sent;

    // What is held; all gauges.
    Counter stored_messages; ///< retained or queued, each once: context/stored_message.hpp
    Counter stored_bytes;    ///< payload
    Counter retained_messages;
    Counter retained_bytes; ///< payload
    Counter subscriptions;  ///< shared ones too
    Counter shared_subscriptions;
    Counter queued_out_packets; ///< encoded, but not yet taken by the socket
    Counter queued_out_bytes;

    // Messages dropped, by cause; each also counts in publish_dropped.
    Counter dropped_queue_full;
    Counter disconnected_queue_full;    ///< clients, by queue_policy disconnect
    Counter dropped_output_full;        ///< QoS 0 over max_output_bytes
    Counter dropped_packet_too_large;   ///< over the client's Maximum Packet Size
    Counter dropped_expired;            ///< message expiry
    Counter dropped_message_size_limit; ///< over message_size_limit on arrival
    Counter dropped_no_session_offline; ///< QoS 0 for a client that is away

    // What the ACL file forbade. Messages of publishers also count in publish_dropped.
    Counter denied_publish;
    Counter denied_subscribe;
    Counter denied_delivery;

    // Requests refused because of a limit.
    Counter refused_message_rate;
    Counter refused_packet_size; ///< over max_packet_size, after CONNECT
    Counter refused_topic_levels;
    Counter refused_subscriptions_per_client;
    Counter refused_user_properties;
    Counter refused_receive_maximum;
    Counter refused_retained_limit;
    Counter refused_memory_limit;
    Counter refused_store_degraded;
};

} // namespace mqttd
