// How clients come and go: sockets, CONNECT, SUBSCRIBE, DISCONNECT.
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tools/mqtt-bench/load/worker.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace bench {

namespace {

constexpr std::uint32_t most_handshakes = 64; // at a time, when no rate is given
constexpr std::uint32_t filters_a_packet = 100;
constexpr std::uint32_t session_lifetime = 3600; // seconds

} // namespace

void Worker::open(Role role, bool clean_start, double rate) {
    for (std::uint32_t i = 0; i < clients_.size(); ++i) {
        Client& client = clients_[i];
        if (client.member->publishes != (role == Role::publishers) || client.fd >= 0) continue;
        client.clean_start = clean_start;
        to_open_.push_back(i);
    }
    open_rate_ = rate;
    open_start_ = now_;
    opened_ = 0;
}

void Worker::open_due() {
    while (!to_open_.empty()) {
        std::uint64_t since = now_;
        if (open_rate_ > 0) {
            const double due = static_cast<double>(opened_) * 1e9 / open_rate_;
            since = open_start_ + static_cast<std::uint64_t>(due);
            if (since > now_) return;
        } else if (handshakes_ >= most_handshakes) {
            return;
        }
        Client& client = clients_[to_open_.front()];
        to_open_.pop_front();
        ++opened_;
        client.opened_at = since;
        open_one(client);
    }
}

void Worker::open_one(Client& client) {
    ++handshakes_;
    const auto family = context_.broker.storage.ss_family;
    client.fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client.fd < 0) return connect_failed(client);
    const int on = 1;
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!context_.sources.empty()) {
        const auto& source = context_.sources[(opened_ - 1) % context_.sources.size()];
        setsockopt(client.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        const auto* address = reinterpret_cast<const sockaddr*>(&source.storage);
        if (bind(client.fd, address, source.length) != 0) return connect_failed(client);
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &client;
    const auto* broker = reinterpret_cast<const sockaddr*>(&context_.broker.storage);
    const int result = connect(client.fd, broker, context_.broker.length);
    if (result != 0 && errno != EINPROGRESS) return connect_failed(client);
    client.state = ClientState::connecting;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event);
}

void Worker::on_socket_connected(Client& client) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return connect_failed(client);
    const Target& target = context_.plan->target;
    mqtt::PropertyBuilder properties;
    mqtt::Connect packet;
    packet.version = target.version;
    packet.client_id = client.member->client_id;
    packet.keep_alive = target.keep_alive;
    packet.clean_start = client.clean_start;
    packet.user_name = target.user_name;
    if (target.password) packet.password = base::as_bytes(*target.password);
    const bool keeps_session = client.member->group->keeps_session && !client.member->publishes;
    if (context_.v5() && keeps_session && !client.clean_start) {
        properties.number(mqtt::PropertyId::session_expiry_interval, session_lifetime);
        packet.properties = properties.list();
    }
    base::ByteBuffer bytes;
    mqtt::codec::encode(packet, bytes);
    client.out.append(bytes.data(), bytes.size());
    client.state = ClientState::handshaking;
    mark_dirty(client);
}

void Worker::on_connack(Client& client, const mqtt::codec::Frame& frame) {
    const auto connack = mqtt::codec::decode_connack(frame, context_.plan->target.version);
    const bool accepted = connack.has_value() && connack->reason == mqtt::ReasonCode::success;
    if (!accepted || client.state != ClientState::handshaking) return connect_failed(client);
    --handshakes_;
    client.state = ClientState::online;
    counters_.connected.add();
    latencies_.connect.record(now_ns() - client.opened_at);
    const auto most = connack->properties.number(mqtt::PropertyId::receive_maximum);
    if (most && client.publisher) client.publisher->limit_in_flight(*most);
}

void Worker::connect_failed(Client& client) {
    --handshakes_;
    counters_.connect_failed.add();
    close_socket(client);
}

/// The connection ended, and not because we wanted it.
void Worker::lost(Client& client) {
    if (client.state != ClientState::online) return connect_failed(client);
    counters_.disconnected.add();
    close_socket(client);
}

void Worker::close_socket(Client& client) {
    if (client.fd >= 0) ::close(client.fd);
    client.fd = -1;
    client.state = ClientState::closed;
    client.waits_for_room = false;
    client.out = Output();
    client.partial = {};
}

void Worker::subscribe() {
    for (Client& client : clients_) {
        if (client.subscriber && client.state == ClientState::online) next_subscribe(client);
    }
}

void Worker::unsubscribe_locally() {
    for (Client& client : clients_) {
        if (client.subscriber) client.subscriber->start_over();
    }
}

void Worker::next_subscribe(Client& client) {
    Subscriber& subscriber = *client.subscriber;
    const Group& group = *client.member->group;
    const std::uint32_t first = subscriber.next_filter;
    const std::uint32_t end = std::min(group.filters_each, first + filters_a_packet);
    if (first == end) return;
    std::vector<std::string> filters;
    for (std::uint32_t n = first; n < end; ++n) {
        filters.push_back(group.filter.topic(client.member->index, n));
    }
    mqtt::Subscribe packet;
    packet.packet_id = 1; // one at a time
    for (const std::string& filter : filters) {
        packet.requests.push_back({filter, {.qos = group.qos}});
    }
    base::ByteBuffer bytes;
    mqtt::codec::encode(packet, context_.plan->target.version, bytes);
    client.out.append(bytes.data(), bytes.size());
    subscriber.next_filter = end;
    subscriber.asked = end - first;
    subscriber.asked_at = now_ns();
    mark_dirty(client);
}

void Worker::on_suback(Client& client, const mqtt::codec::Frame& frame) {
    const auto suback = mqtt::codec::decode_suback(frame, context_.plan->target.version);
    Subscriber& subscriber = *client.subscriber;
    std::uint64_t granted = 0;
    if (suback.has_value()) {
        granted = static_cast<std::uint64_t>(std::count_if(
            suback->reasons.begin(),
            suback->reasons.end(),
            [](auto reason) { return static_cast<std::uint8_t>(reason) <= 2; }
        ));
    }
    counters_.subscribed.add(granted);
    counters_.subscribe_refused.add(
        subscriber.asked - std::min<std::uint64_t>(granted, subscriber.asked)
    );
    latencies_.subscribe.record(now_ns() - subscriber.asked_at);
    next_subscribe(client);
}

void Worker::ping(Role role) {
    for (Client& client : clients_) {
        const bool chosen = client.member->publishes == (role == Role::publishers);
        if (!chosen || client.state != ClientState::online) continue;
        client.out.append("\xC0\x00", 2);
        mark_dirty(client);
    }
}

void Worker::keep_alive() {
    const std::uint64_t interval = std::uint64_t{context_.plan->target.keep_alive} * 500'000'000U;
    if (interval == 0 || now_ < next_keep_alive_) return;
    if (next_keep_alive_ != 0) {
        ping(Role::publishers);
        ping(Role::subscribers);
    }
    next_keep_alive_ = now_ + interval;
}

void Worker::close(Role role) {
    for (Client& client : clients_) {
        if (client.member->publishes != (role == Role::publishers) || client.fd < 0) continue;
        if (client.state == ClientState::online) {
            client.out.append("\xE0\x00", 2);
            flush(client);
            if (client.fd < 0) continue;
            counters_.closed.add();
        } else {
            --handshakes_;
        }
        close_socket(client);
    }
}

} // namespace bench
