#include "tools/mqttd/connection/filtered_transport.hpp"

#include "common/base/escape.hpp"
#include "tools/mqttd/context/shard_context.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

/// What is encrypted at a time; as much may wait for the socket.
constexpr std::size_t chunk_size = 65'536;
/// Answers to pings and the like, above which nothing more is read.
constexpr std::size_t most_waiting = 2 * chunk_size;
/// A handshake costs the time of hundreds of messages, so that a turn does few of its steps; the
/// others wait for the next one.
constexpr unsigned handshake_steps_a_turn = 2;

} // namespace

FilteredTransport::FilteredTransport(std::unique_ptr<Transport> socket, FilterPlan plan, Peer peer)
    : socket_(std::move(socket))
    , proxy_(plan.proxy.get())
    , tls_(plan.tls.get())
    , websocket_(plan.websocket.get())
    , is_websocket_(websocket_ != nullptr)
    , peer_(std::move(peer))
    , trusted_proxies_(std::move(plan.trusted_proxies))
    , opening_timeout_(plan.opening_timeout)
    , ping_interval_(plan.ping_interval)
    , timer_(*this)
    , user_source_(plan.user_source) {
    if (plan.proxy) chain_.add(std::move(plan.proxy));
    if (plan.tls) chain_.add(std::move(plan.tls));
    if (plan.websocket) chain_.add(std::move(plan.websocket));
}

FilteredTransport::~FilteredTransport() {
    end_handshake();
}

// --- the life on a shard ---

void FilteredTransport::join(TransportHost& host, ShardContext& context, TransportUser& user) {
    context_ = &context;
    user_ = &user;
    last_sent_ = context.now;
    if (shakes_hands() && !std::exchange(counted_, true)) context.totals.handshakes.fetch_add(1);
    set_timer();
    socket_->join(host, context, *this);
}

void FilteredTransport::leave() {
    context_->timers.cancel(timer_);
    socket_->leave();
}

void FilteredTransport::close() {
    if (context_ != nullptr) {
        chain_.close(wire_);
        static_cast<void>(flush()); // it is over in any case
        end_handshake();
        context_->timers.cancel(timer_);
    }
    socket_->close();
}

void FilteredTransport::set_timer() {
    if (chain_.state() == State::opening) {
        context_->timers.set(timer_, context_->now + opening_timeout_);
    } else if (chain_.state() == State::open && ping_interval_.count() > 0) {
        context_->timers.set(timer_, last_sent_ + ping_interval_);
    } else {
        context_->timers.cancel(timer_);
    }
}

void FilteredTransport::on_timer(Timer&, base::SteadyTime now) {
    if (chain_.state() == State::opening) {
        return user_->on_failure(
            std::string(chain_.opening_name()) + " not finished within " +
            std::to_string(opening_timeout_.count()) + " seconds (handshake_timeout)"
        );
    }
    // Somebody on the way may end a connection on which nothing is sent.
    if (now - last_sent_ >= ping_interval_) {
        last_sent_ = now;
        if (wire_.empty()) chain_.ping(wire_);
        static_cast<void>(flush()); // a broken socket tells so itself
    }
    set_timer();
}

// --- handshakes ---

bool FilteredTransport::shakes_hands() const {
    return tls_ != nullptr && tls_->state() == State::opening;
}

void FilteredTransport::end_handshake() {
    if (std::exchange(counted_, false)) context_->totals.handshakes.fetch_sub(1);
}

std::optional<ProvenUser> FilteredTransport::proven_user() const {
    if (user_source_ == UserSource::connect || tls_ == nullptr) return std::nullopt;
    if (!tls_->psk_identity().empty()) return ProvenUser{tls_->psk_identity(), Proof::shared_key};
    return ProvenUser{
        user_source_ == UserSource::common_name ? tls_->peer_common_name() : tls_->peer_subject(),
        Proof::certificate};
}

std::string FilteredTransport::description() const {
    std::string text = is_websocket_ ? "WebSocket" : "";
    if (tls_ == nullptr) return text;
    return (text.empty() ? "" : text + ", ") + tls_->description();
}

// --- input ---

bool FilteredTransport::wants_bytes() const {
    if (wire_.size() > most_waiting) return false;
    if (shakes_hands() && context_->handshake_steps >= handshake_steps_a_turn) {
        socket_->resume_reading(); // in the next turn
        return false;
    }
    return user_->wants_bytes();
}

void FilteredTransport::on_bytes(base::Bytes input) {
    const bool was_opening = chain_.state() == State::opening;
    if (shakes_hands()) ++context_->handshake_steps;
    base::ByteBuffer plain;
    chain_.receive(input, plain, wire_);
    if (!shakes_hands()) end_handshake();
    if (!look_at_proxies()) return;
    const bool broken = !flush();
    if (was_opening && chain_.state() == State::open) set_timer();
    if (!plain.empty()) user_->on_bytes(plain);
    if (broken) return user_->on_end("connection lost while answering");
    tell_state();
}

void FilteredTransport::tell_state() {
    if (chain_.state() == State::failed) {
        user_->on_failure(chain_.error());
    } else if (chain_.state() == State::ended) {
        user_->on_end({});
    }
}

bool FilteredTransport::take_proxy_header() {
    if (!trusted_proxies_.empty() && !net::is_in(trusted_proxies_, peer_.address)) {
        user_->on_failure("a PROXY header from an address that is not one of trusted_proxy");
        return false;
    }
    if (const auto& source = std::exchange(proxy_, nullptr)->source()) {
        // The path of a Unix socket may be anything.
        std::string address = base::escaped(source->address);
        std::string endpoint = address + ":" + std::to_string(source->port);
        tell_peer(std::move(address), std::move(endpoint));
    }
    return true;
}

bool FilteredTransport::look_at_proxies() {
    if (proxy_ != nullptr && proxy_->state() == State::open && !take_proxy_header()) return false;
    if (websocket_ == nullptr || websocket_->state() != State::open) return true;
    const std::vector<std::string> said = std::exchange(websocket_, nullptr)->take_forwarded_for();
    if (auto real = net::real_address(peer_.address, said, trusted_proxies_)) {
        std::string endpoint = *real + " via " + peer_.endpoint;
        tell_peer(std::move(*real), std::move(endpoint));
    }
    return true;
}

void FilteredTransport::tell_peer(std::string address, std::string endpoint) {
    peer_ = {std::move(address), std::move(endpoint)};
    user_->on_peer(peer_);
}

void FilteredTransport::on_peer(Peer peer) {
    tell_peer(std::move(peer.address), std::move(peer.endpoint));
}

void FilteredTransport::on_failure(std::string_view why) {
    user_->on_failure(why);
}

void FilteredTransport::on_end(std::string_view error) {
    if (chain_.state() != State::opening) return user_->on_end(error);
    std::string why = "connection ended during the " + std::string(chain_.opening_name());
    if (!error.empty()) why += ": " + std::string(error);
    user_->on_failure(why);
}

void FilteredTransport::resume_reading() {
    socket_->resume_reading();
}

// --- output ---

bool FilteredTransport::flush() {
    if (wire_.empty()) return true;
    const auto taken = socket_->write(wire_);
    if (!taken) {
        wire_.clear();
        return false;
    }
    if (*taken > 0) last_sent_ = context_->now;
    if (*taken == wire_.size()) {
        // Nothing is kept for a connection that is at rest.
        base::ByteBuffer().swap(wire_);
    } else {
        wire_.erase(wire_.begin(), wire_.begin() + static_cast<std::ptrdiff_t>(*taken));
    }
    return true;
}

std::optional<std::size_t> FilteredTransport::write(base::Bytes bytes) {
    if (chain_.state() != State::open) return std::nullopt;
    std::size_t done = 0;
    while (done < bytes.size() && wire_.empty()) {
        const base::Bytes chunk = bytes.subspan(done, std::min(chunk_size, bytes.size() - done));
        chain_.send(chunk, wire_);
        done += chunk.size();
        if (chain_.state() != State::open || !flush()) return std::nullopt;
    }
    refused_ = done < bytes.size();
    return done;
}

void FilteredTransport::on_writable() {
    if (!flush()) return user_->on_end("connection lost while sending");
    if (!wire_.empty()) return;
    if (std::exchange(refused_, false)) user_->on_writable();
    if (wants_bytes()) socket_->resume_reading();
}

} // namespace mqttd
