#include "tools/mqttd/connection/connection.hpp"

#include "common/base/escape.hpp"
#include "tools/mqttd/session/packet_sender.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

using mqtt::PacketType;
using mqtt::ReasonCode;

Connection::Connection(
    ConnectionHost& host,
    std::uint64_t number,
    std::unique_ptr<Transport> transport,
    std::shared_ptr<ListenerState> listener,
    Peer peer
)
    : Link(host.context())
    , host_(&host)
    , number_(number)
    , transport_(std::move(transport))
    , listener_(std::move(listener))
    , peer_(std::move(peer))
    , timer_(*this)
    , last_packet_(host.context().now) {
    context().counters.connections_current.add();
    context().totals.connections.fetch_add(1, std::memory_order_relaxed);
    context().timers.set(timer_, context().now + config().limits.connect_timeout);
}

Connection::~Connection() {
    context().counters.connections_current.subtract();
    context().totals.connections.fetch_sub(1, std::memory_order_relaxed);
    listener_->leave(counted_address_ ? *counted_address_ : peer_.address);
}

const ListenerConfig& Connection::listener_config() const {
    return config().listeners[listener_->index()];
}

// --- output ---

void Connection::flush() {
    if (broken_ || blocked_ || output().empty()) return;
    const base::Bytes free = free_output();
    if (free.empty()) return;
    const auto taken = transport_->write(free);
    if (!taken) {
        broken_ = true;
        drop_output();
        unsent_.clear(context().counters);
        if (state_ != State::closing) close("connection lost while sending");
        return;
    }
    context().counters.bytes_sent.add(*taken);
    unsent_.after_write(free, *taken, context().counters);
    blocked_ = *taken < free.size();
    connack_held_ = false;
    consume_output(*taken);
}

bool Connection::forget_received(mqtt::PacketId packet_id) {
    return session_ != nullptr && session_->forget_received(packet_id);
}

void Connection::end_of_turn() {
    clear_dirty();
    flush();
    if (blocked_ || state_ != State::connected) return;
    session_->send_waiting();
    if (wants_bytes()) transport_->resume_reading();
}

void Connection::on_writable() {
    blocked_ = false;
    flush();
    if (state_ != State::connected) return;
    if (output().size() < config().limits.max_output_bytes / 2) session_->send_waiting();
    if (wants_bytes()) transport_->resume_reading();
}

void Connection::on_decongested() {
    if (wants_bytes()) transport_->resume_reading();
}

void Connection::send_disconnect(ReasonCode reason, std::string_view text) {
    if (!is_v5()) return; // before 5.0 a server has no DISCONNECT
    mqtt::PropertyBuilder properties;
    mqtt::Disconnect packet{.reason = reason, .properties = {}};
    if (!text.empty()) {
        properties.text(mqtt::PropertyId::reason_string, text);
        packet.properties = properties.list();
    }
    send_packet(context(), *this, PacketType::disconnect, packet);
}

// --- the end ---

void Connection::protocol_failure(const mqtt::codec::DecodeError& error) {
    std::string text(error.what);
    if (!error.clause.empty()) text += " [" + std::string(error.clause) + "]";
    fail(error.reason, text);
}

void Connection::fail(ReasonCode reason, std::string_view text) {
    if (state_ == State::closing) return;
    ending_ = Ending::with_will;
    send_disconnect(reason, text);
    close(std::string(mqtt::name_of(reason)) + ": " + std::string(text), reason);
}

void Connection::taken_over() {
    if (state_ != State::closing) {
        send_disconnect(
            ReasonCode::session_taken_over, "another connection uses this client identifier"
        );
        close(
            "session taken over by another connection with the same client identifier",
            ReasonCode::session_taken_over
        );
    }
    leave_session(Ending::with_will);
}

void Connection::begin_shutdown(std::string_view why) {
    if (state_ == State::closing) return;
    if (state_ == State::logging_in) {
        return refuse(terms().version, {ReasonCode::server_unavailable, std::string(why)});
    }
    if (state_ == State::connected) send_disconnect(ReasonCode::server_shutting_down, {});
    close(why, ReasonCode::server_shutting_down);
}

void Connection::on_end(std::string_view error) {
    if (state_ == State::closing) return;
    broken_ = true;
    close(
        error.empty() ? "client closed the connection without DISCONNECT"
                      : "connection lost: " + std::string(error)
    );
}

void Connection::on_failure(std::string_view why) {
    if (state_ == State::closing) return;
    if (state_ == State::awaiting_connect) context().counters.connections_refused_protocol.add();
    broken_ = true;
    close(why);
}

void Connection::on_peer(Peer peer) {
    if (!counted_address_) {
        counted_address_ = std::make_unique<const std::string>(std::move(peer_.address));
    }
    peer_ = std::move(peer);
}

void Connection::close(std::string_view why, std::optional<ReasonCode> reason) {
    if (state_ == State::closing) return;
    state_ = State::closing;
    closing_ = std::make_unique<const Closing>(Closing{std::string(why), reason});
    context().timers.cancel(timer_);
    base::ByteBuffer().swap(pending_);
    host_->retire(*this);
}

void Connection::finish() {
    log_closed();
    leave_session(ending_);
}

// Who is told may be a session of this client itself: it is away by then.
void Connection::leave_session(Ending ending) {
    if (session_ == nullptr) return;
    std::vector<PresenceMessage> messages;
    if (config().presence.on) {
        messages = departure_messages(
            config(),
            online_client(),
            {.reason = closing_->reason, .text = closing_->why, .when = context().wall_now()}
        );
    }
    std::exchange(session_, nullptr)->detach(ending);
    publish_presence(messages);
}

OnlineClient Connection::online_client() const {
    const auto ago = context().now - connected_since_;
    return {
        .id = client_id_,
        .user = session_->user_name(),
        .address = peer_.endpoint,
        .version = terms().version,
        .keep_alive = keep_alive_,
        .clean_start = clean_start_,
        .session_expiry = session_->expiry(),
        .number = arrival_,
        .since = context().wall_now() - std::chrono::duration_cast<base::WallTime::duration>(ago),
    };
}

void Connection::publish_presence(const std::vector<PresenceMessage>& messages) {
    for (const PresenceMessage& message : messages) {
        host_->publish({
            .topic = message.topic,
            .properties = {},
            .payload = base::as_bytes(message.payload),
            .qos = mqtt::Qos::exactly_once,
            .retain = message.retain,
            .expires = message.life ? context().now + *message.life : never_expires,
        });
    }
}

bool Connection::part() {
    flush();
    if (is_held() && !broken_) return false;
    unsent_.clear(context().counters);
    transport_->close();
    return true;
}

void Connection::on_store_failure() {
    if (!is_held()) return;
    drop_held_output();
    if (connack_held_) {
        session_->set_will(nullptr); // it was never told that it is connected
        return refuse(
            terms().version,
            {ReasonCode::server_unavailable, "the broker cannot save the session at the moment"}
        );
    }
    fail(ReasonCode::quota_exceeded, "the broker cannot save what was asked for");
}

std::string Connection::who() const {
    std::string text = client_id_.empty() ? "connection" : "client " + base::escaped(client_id_);
    text += " (" + peer_.endpoint;
    if (session_ != nullptr && !session_->user_name().empty()) {
        text += ", user " + base::escaped(session_->user_name());
    }
    return text + ")";
}

void Connection::log_closed() const {
    if (!config().log.connection_messages) return;
    context().write_log(base::LogLevel::notice, [&] {
        return who() + " closed: " + closing_->why;
    });
}

// --- time ---

void Connection::on_timer(Timer&, base::SteadyTime now) {
    if (state_ == State::connected) {
        on_keep_alive(now);
    } else if (state_ == State::awaiting_connect) {
        on_connect_timeout();
    } else if (state_ == State::logging_in) {
        on_login_timeout();
    }
}

void Connection::on_connect_timeout() {
    context().counters.connect_timeouts.add();
    close(
        "no CONNECT within " + std::to_string(config().limits.connect_timeout.count()) +
        " seconds (connect_timeout)"
    );
}

// The timer is not moved by every packet: when it fires, it looks how long the client has really
// been silent.
void Connection::on_keep_alive(base::SteadyTime now) {
    const base::SteadyTime deadline = last_packet_ + keep_alive_timeout_;
    if (now < deadline) {
        context().timers.set(timer_, deadline);
        return;
    }
    context().counters.keep_alive_timeouts.add();
    fail(
        ReasonCode::keep_alive_timeout,
        "nothing received for one and a half times the keep alive interval"
    ); // [MQTT-3.1.2-22]
}

// --- moving between shards ---

void Connection::depart() {
    context().timers.cancel(timer_);
    context().counters.connections_current.subtract();
    transport_->leave();
}

void Connection::arrive(ConnectionHost& host, std::uint64_t number) {
    host_ = &host;
    number_ = number;
    move_to(host.context());
    context().counters.connections_current.add();
    state_ = State::awaiting_connect;
    context().timers.set(timer_, context().now + config().limits.connect_timeout);
    last_packet_ = context().now;
    process_pending();
}

} // namespace mqttd
