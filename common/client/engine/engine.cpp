#include "common/client/engine/engine.hpp"

#include "common/client/engine/request_check.hpp"

#include <algorithm>
#include <utility>

namespace client::engine {

using base::SteadyTime;

namespace {

/// A ping is sent a little before the interval is over, so that it arrives in time.
/// [MQTT-3.1.2-20]
base::Duration ping_interval(base::Duration keep_alive) {
    return keep_alive - keep_alive / 10;
}

Refusal not_now(RefusalKind kind, std::string what) {
    return {kind, mqtt::ReasonCode::unspecified_error, std::move(what)};
}

} // namespace

Engine::Engine(SessionOptions options, EngineEvents& events)
    : options_(std::move(options))
    , events_(events)
    , wire_(events, options_.version)
    , outbox_(options_, events, wire_, ids_)
    , inbox_(options_, events, wire_) {}

void Engine::on_opened(SteadyTime now) {
    state_ = State::connecting;
    failure_ = Failure{};
    input_.clear();
    wire_.clear();
    ping_sent_.reset();
    last_sent_ = last_received_ = now;
    keep_alive_ = options_.keep_alive;
    send_connect();
}

void Engine::on_closed() {
    state_ = State::offline;
    outbox_.end();
    for (const auto& [id, request] : requests_)
        ids_.release(id);
    requests_.clear();
    input_.clear();
    wire_.clear();
    ping_sent_.reset();
}

void Engine::on_time(SteadyTime now) {
    if (state_ != State::connected || keep_alive_ == base::Duration{0}) return;
    if (ping_sent_.has_value()) {
        // Other packets of the server may stand before its answer: only silence counts.
        if (now >= std::max(*ping_sent_, last_received_) + options_.ping_timeout) {
            const auto seconds =
                std::chrono::duration_cast<std::chrono::seconds>(options_.ping_timeout);
            fail(
                FailureKind::keep_alive_timeout,
                mqtt::ReasonCode::keep_alive_timeout,
                "no answer to a ping within " + std::to_string(seconds.count()) + " s"
            );
        }
        return;
    }
    if (now >= std::min(last_sent_, last_received_) + ping_interval(keep_alive_)) {
        ping_sent_ = now;
        wire_.send(mqtt::Pingreq{});
    }
}

std::optional<SteadyTime> Engine::next_time() const {
    if (state_ != State::connected || keep_alive_ == base::Duration{0}) return std::nullopt;
    if (ping_sent_.has_value())
        return std::max(*ping_sent_, last_received_) + options_.ping_timeout;
    return std::min(last_sent_, last_received_) + ping_interval(keep_alive_);
}

void Engine::pump(SteadyTime now) {
    on_time(now);
    if (state_ == State::connected) outbox_.pump();
    if (end_.has_value()) write_disconnect();
}

base::ByteBuffer Engine::take_output(SteadyTime now) {
    if (has_output()) last_sent_ = now;
    return wire_.take();
}

void Engine::fail(FailureKind kind, mqtt::ReasonCode reason, std::string what) {
    failure_.connected_before = state_ == State::connected;
    failure_.kind = kind;
    failure_.reason = reason;
    failure_.what = std::move(what);
    state_ = State::failed;
}

void Engine::fail_with_disconnect(mqtt::ReasonCode reason, std::string what) {
    const bool may_tell =
        options_.version == mqtt::ProtocolVersion::v5 && state_ == State::connected;
    if (may_tell) wire_.send(mqtt::Disconnect{.reason = reason, .properties = {}});
    fail(FailureKind::protocol_error, reason, std::move(what));
}

base::Result<Token, Refusal> Engine::publish(Message message) {
    if (end_.has_value()) return not_now(RefusalKind::closing, "the client is disconnecting");
    auto taken = outbox_.accept(last_token_ + 1, std::move(message));
    if (taken.has_value()) ++last_token_;
    return taken;
}

void Engine::acknowledge(DeliveryId id) {
    inbox_.acknowledge(id, state_ == State::connected);
}

base::Result<Token, Refusal> Engine::subscribe(const SubscribeRequest& request) {
    if (state_ != State::connected) return not_now(RefusalKind::not_connected, "not connected");
    if (auto refusal = check(request, limits_)) return *std::move(refusal);
    const auto id = ids_.take();
    if (!id.has_value())
        return not_now(RefusalKind::no_packet_id, "all packet identifiers are in use");
    mqtt::Subscribe packet;
    packet.packet_id = *id;
    packet.properties = request.properties.list();
    for (const Subscription& subscription : request.subscriptions)
        packet.requests.push_back({subscription.filter, subscription.options});
    wire_.send(packet);
    requests_[*id] = {RequestKind::subscribe, ++last_token_, packet.requests.size()};
    return last_token_;
}

base::Result<Token, Refusal> Engine::unsubscribe(UnsubscribeRequest request) {
    if (state_ != State::connected) return not_now(RefusalKind::not_connected, "not connected");
    if (auto refusal = check(request)) return *std::move(refusal);
    const auto id = ids_.take();
    if (!id.has_value())
        return not_now(RefusalKind::no_packet_id, "all packet identifiers are in use");
    mqtt::Unsubscribe packet;
    packet.packet_id = *id;
    packet.properties = request.properties.list();
    packet.filters.assign(request.filters.begin(), request.filters.end());
    wire_.send(packet);
    requests_[*id] = {RequestKind::unsubscribe, ++last_token_, packet.filters.size()};
    return last_token_;
}

void Engine::disconnect(DisconnectRequest request) {
    if (end_.has_value()) return;
    end_ = std::move(request);
    if (!in_packet_) write_disconnect();
}

void Engine::write_disconnect() {
    if (state_ != State::connected) return;
    wire_.send(mqtt::Disconnect{.reason = end_->reason, .properties = end_->properties.list()});
    outbox_.end();
    state_ = State::closing;
}

} // namespace client::engine
