#include "tools/mqttd/sys/sys_topics.hpp"

#include "common/mqtt/spec/protocol.hpp"

namespace mqttd {
namespace {

using mqtt::PacketType;

template <Counter Counters::*Member>
std::uint64_t field(const Counters& counters) {
    return (counters.*Member).value();
}

template <PacketType Type>
std::uint64_t received(const Counters& counters) {
    return counters.packets_received[static_cast<std::size_t>(Type)].value();
}

template <PacketType Type>
std::uint64_t sent(const Counters& counters) {
    return counters.packets_sent[static_cast<std::size_t>(Type)].value();
}

// Total and connected are counted apart and read one after the other; a shard that is between the
// two shows up here as one too few for a moment, which the sum's lower bound of 0 covers.
std::uint64_t clients_disconnected(const Counters& counters) {
    return counters.clients_total.value() - counters.clients_connected.value();
}

// mosquitto counts a shared subscription only as such.
std::uint64_t subscriptions_not_shared(const Counters& counters) {
    return counters.subscriptions.value() - counters.shared_subscriptions.value();
}

constexpr SysTopic topics[] = {
    // Sessions.
    {"clients/total", SysKind::number, field<&Counters::clients_total>},
    {"clients/maximum", SysKind::maximum, field<&Counters::clients_total>},
    {"clients/connected", SysKind::number, field<&Counters::clients_connected>},
    {"clients/active", SysKind::number, field<&Counters::clients_connected>},
    {"clients/disconnected", SysKind::number, clients_disconnected},
    {"clients/inactive", SysKind::number, clients_disconnected},
    {"clients/expired", SysKind::number, field<&Counters::clients_expired>},
    {"clients/takeovers", SysKind::number, field<&Counters::takeovers>},
    {"wills/sent", SysKind::number, field<&Counters::wills_sent>},
    // Traffic.
    {"messages/received", SysKind::number, field<&Counters::messages_received>},
    {"messages/sent", SysKind::number, field<&Counters::messages_sent>},
    {"bytes/received", SysKind::number, field<&Counters::bytes_received>},
    {"bytes/sent", SysKind::number, field<&Counters::bytes_sent>},
    {"publish/messages/received", SysKind::number, field<&Counters::publish_received>},
    {"publish/messages/sent", SysKind::number, field<&Counters::publish_sent>},
    {"publish/messages/dropped", SysKind::number, field<&Counters::publish_dropped>},
    {"publish/bytes/received", SysKind::number, field<&Counters::publish_bytes_received>},
    {"publish/bytes/sent", SysKind::number, field<&Counters::publish_bytes_sent>},
    // What is held.
    {"store/messages/count", SysKind::number, field<&Counters::stored_messages>},
    {"messages/stored", SysKind::number, field<&Counters::stored_messages>},
    {"store/messages/bytes", SysKind::number, field<&Counters::stored_bytes>},
    {"retained messages/count", SysKind::number, field<&Counters::retained_messages>},
    {"retained messages/bytes", SysKind::number, field<&Counters::retained_bytes>},
    {"subscriptions/count", SysKind::number, subscriptions_not_shared},
    {"shared_subscriptions/count", SysKind::number, field<&Counters::shared_subscriptions>},
    {"packet/out/count", SysKind::number, field<&Counters::queued_out_packets>},
    {"packet/out/bytes", SysKind::number, field<&Counters::queued_out_bytes>},
    // Sockets.
    {"connections/socket/count", SysKind::number, field<&Counters::connections_accepted>},
    {"connections/current", SysKind::number, field<&Counters::connections_current>},
    {"connections/refused/limit", SysKind::number, field<&Counters::connections_refused_limit>},
    {"connections/refused/address", SysKind::number, field<&Counters::connections_refused_address>},
    {"connections/refused/protocol",
     SysKind::number,
     field<&Counters::connections_refused_protocol>},
    {"connections/refused/login", SysKind::number, field<&Counters::logins_refused>},
    {"connections/refused/login_limit", SysKind::number, field<&Counters::logins_limited>},
    {"connections/refused/login_busy", SysKind::number, field<&Counters::logins_busy>},
    {"connections/timeouts/connect", SysKind::number, field<&Counters::connect_timeouts>},
    {"connections/timeouts/keepalive", SysKind::number, field<&Counters::keep_alive_timeouts>},
    {"connections/accept/pauses", SysKind::number, field<&Counters::accept_pauses>},
    // Why messages were dropped, and what limits refused.
    {"publish/dropped/queue_full", SysKind::number, field<&Counters::dropped_queue_full>},
    {"connections/disconnected/queue_full",
     SysKind::number,
     field<&Counters::disconnected_queue_full>},
    {"publish/dropped/output_full", SysKind::number, field<&Counters::dropped_output_full>},
    {"publish/dropped/packet_too_large",
     SysKind::number,
     field<&Counters::dropped_packet_too_large>},
    {"publish/dropped/expired", SysKind::number, field<&Counters::dropped_expired>},
    {"publish/dropped/message_size_limit",
     SysKind::number,
     field<&Counters::dropped_message_size_limit>},
    {"publish/dropped/no_session_offline",
     SysKind::number,
     field<&Counters::dropped_no_session_offline>},
    {"access/denied/publish", SysKind::number, field<&Counters::denied_publish>},
    {"access/denied/subscribe", SysKind::number, field<&Counters::denied_subscribe>},
    {"access/denied/delivery", SysKind::number, field<&Counters::denied_delivery>},
    {"limits/refused/message_rate", SysKind::number, field<&Counters::refused_message_rate>},
    {"limits/refused/packet_size", SysKind::number, field<&Counters::refused_packet_size>},
    {"limits/refused/topic_levels", SysKind::number, field<&Counters::refused_topic_levels>},
    {"limits/refused/subscriptions_per_client",
     SysKind::number,
     field<&Counters::refused_subscriptions_per_client>},
    {"limits/refused/user_properties", SysKind::number, field<&Counters::refused_user_properties>},
    {"limits/refused/receive_maximum", SysKind::number, field<&Counters::refused_receive_maximum>},
    {"limits/refused/retained_limit", SysKind::number, field<&Counters::refused_retained_limit>},
    {"limits/refused/memory_limit", SysKind::number, field<&Counters::refused_memory_limit>},
    {"limits/refused/store", SysKind::number, field<&Counters::refused_store_degraded>},
    // Each packet type, in the directions a server knows.
    {"mqtt/publish/dropped", SysKind::number, field<&Counters::publish_dropped>},
    {"mqtt/connect/received", SysKind::number, received<PacketType::connect>},
    {"mqtt/connack/sent", SysKind::number, sent<PacketType::connack>},
    {"mqtt/publish/received", SysKind::number, received<PacketType::publish>},
    {"mqtt/publish/sent", SysKind::number, sent<PacketType::publish>},
    {"mqtt/puback/received", SysKind::number, received<PacketType::puback>},
    {"mqtt/puback/sent", SysKind::number, sent<PacketType::puback>},
    {"mqtt/pubrec/received", SysKind::number, received<PacketType::pubrec>},
    {"mqtt/pubrec/sent", SysKind::number, sent<PacketType::pubrec>},
    {"mqtt/pubrel/received", SysKind::number, received<PacketType::pubrel>},
    {"mqtt/pubrel/sent", SysKind::number, sent<PacketType::pubrel>},
    {"mqtt/pubcomp/received", SysKind::number, received<PacketType::pubcomp>},
    {"mqtt/pubcomp/sent", SysKind::number, sent<PacketType::pubcomp>},
    {"mqtt/subscribe/received", SysKind::number, received<PacketType::subscribe>},
    {"mqtt/suback/sent", SysKind::number, sent<PacketType::suback>},
    {"mqtt/unsubscribe/received", SysKind::number, received<PacketType::unsubscribe>},
    {"mqtt/unsuback/sent", SysKind::number, sent<PacketType::unsuback>},
    {"mqtt/pingreq/received", SysKind::number, received<PacketType::pingreq>},
    {"mqtt/pingresp/sent", SysKind::number, sent<PacketType::pingresp>},
    {"mqtt/disconnect/received", SysKind::number, received<PacketType::disconnect>},
    {"mqtt/disconnect/sent", SysKind::number, sent<PacketType::disconnect>},
    {"mqtt/auth/received", SysKind::number, received<PacketType::auth>},
    {"mqtt/auth/sent", SysKind::number, sent<PacketType::auth>},
};

constexpr SysLoad loads[] = {
    {"messages/received", field<&Counters::messages_received>},
    {"messages/sent", field<&Counters::messages_sent>},
    {"publish/received", field<&Counters::publish_received>},
    {"publish/sent", field<&Counters::publish_sent>},
    {"publish/dropped", field<&Counters::publish_dropped>},
    {"bytes/received", field<&Counters::bytes_received>},
    {"bytes/sent", field<&Counters::bytes_sent>},
    {"sockets", field<&Counters::connections_accepted>},
    {"connections", received<PacketType::connect>},
};

} // namespace

std::span<const SysTopic> sys_topics() {
    return topics;
}

std::span<const SysLoad> sys_loads() {
    return loads;
}

} // namespace mqttd
