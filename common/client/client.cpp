#include "common/client/client.hpp"

#include "common/client/engine/engine.hpp"
#include "common/client/foreign_answer.hpp"
#include "common/client/reconnect_policy.hpp"
#include "common/net/connector.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>
#include <utility>

namespace client {

namespace asio = boost::asio;
using base::SteadyTime;
using boost::system::error_code;
using engine::State;

namespace {

/// Nothing is read while more than this waits to be written.
constexpr std::size_t output_limit = std::size_t{1} << 20U;

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

Failure failure_of(const net::StreamEnd& end, State state) {
    Failure failure{.kind = FailureKind::lost, .what = end.what};
    failure.connected_before = state == State::connected;
    failure.trouble = end.trouble;
    // A server may refuse a certificate only after the handshake.
    const bool refused = state == State::connecting && end.trouble != base::TransportTrouble::none;
    if (refused) failure.kind = FailureKind::connect_failed;
    return failure;
}

} // namespace

/// Kept alive by its pending operations; silent once over.
class Client::Driver : public std::enable_shared_from_this<Client::Driver>,
                       private net::StreamUser {
public:
    Driver(
        asio::io_context& context,
        ConnectOptions options,
        ClientEvents& events,
        base::Entropy& entropy
    )
        : context_(context)
        , options_(std::move(options))
        , events_(events)
        , entropy_(entropy)
        , engine_(options_.session, events)
        , policy_(options_.retry)
        , connector_(context)
        , timer_(context)
        , retry_timer_(context) {}

    void start() { connect(); }

    void abandon() {
        over_ = true;
        release();
    }

    engine::Engine& engine() { return engine_; }

    /// Has what was asked for outside of the engine's calls sent soon.
    void schedule_turn() {
        if (turn_scheduled_ || over_) return;
        turn_scheduled_ = true;
        asio::post(context_, [self = shared_from_this()] {
            self->turn_scheduled_ = false;
            if (self->over_) return;
            self->engine_.pump(now());
            self->after_turn();
        });
    }

    void disconnect(DisconnectRequest request) {
        if (over_ || leaving_) return;
        leaving_ = true;
        leave_before_ = now() + options_.disconnect_timeout;
        engine_.disconnect(std::move(request));
        schedule_turn();
    }

private:
    void connect() {
        connack_before_ = now() + options_.connect_timeout;
        connector_.connect(
            options_.destination,
            options_.connect_timeout,
            [this](net::ConnectResult result) { on_connect(std::move(result)); }
        );
    }

    void on_connect(net::ConnectResult result) {
        const auto self = shared_from_this();
        if (result.has_error()) {
            Failure failure{.kind = FailureKind::connect_failed};
            if (result.error().timed_out) failure.kind = FailureKind::connect_timeout;
            failure.what = result.error().what;
            failure.trouble = result.error().trouble;
            connection_over(failure);
            return;
        }
        stream_ = *std::move(result);
        stream_->set_user(*this);
        engine_.on_opened(now());
        after_turn();
    }

    void on_bytes(base::Bytes bytes) override {
        const auto self = shared_from_this();
        const State before = engine_.state();
        if (before == State::connecting) {
            if (const auto failure = foreign_answer(bytes)) return connection_over(*failure);
        }
        engine_.on_bytes(bytes, now());
        const State state = engine_.state();
        const bool accepted =
            before == State::connecting && state != State::connecting && state != State::failed;
        if (accepted) policy_.on_connected();
        after_turn();
    }

    void on_written() override {
        const auto self = shared_from_this();
        engine_.pump(now());
        after_turn();
    }

    void on_end(const net::StreamEnd& how) override {
        const auto self = shared_from_this();
        if (half_closed_) {
            end(std::nullopt);
        } else {
            connection_over(failure_of(how, engine_.state()));
        }
    }

    /// After everything that may have changed the engine.
    void after_turn() {
        if (over_) return;
        const State state = engine_.state();
        if (leaving_ && (state == State::offline || state == State::connecting)) {
            end(std::nullopt);
            return;
        }
        if (state == State::failed) {
            if (stream_->can_write() && engine_.has_output())
                stream_->write_at_once(engine_.take_output(now()));
            connection_over(Failure(engine_.failure()));
            return;
        }
        if (state == State::offline) return;
        if (stream_->can_write() && engine_.has_output())
            stream_->write(engine_.take_output(now()));
        if (state == State::closing && stream_->can_write() && !half_closed_) half_close();
        if (engine_.output_size() <= output_limit || stream_->write_failed()) stream_->read();
        arm_timer();
    }

    /// DISCONNECT is written: now the server closes. Closing first could cost it what it has not
    /// read yet.
    void half_close() {
        half_closed_ = true;
        leave_before_ = now() + options_.disconnect_timeout;
        stream_->half_close();
    }

    void arm_timer() {
        std::optional<SteadyTime> next = engine_.next_time();
        if (engine_.state() == State::connecting) next = connack_before_;
        if (engine_.state() == State::closing) next = leave_before_;
        if (next == armed_for_) return;
        armed_for_ = next;
        timer_.cancel();
        if (!next.has_value()) return;
        timer_.expires_at(*next);
        timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (error || self->over_) return;
            self->armed_for_.reset();
            self->on_time();
        });
    }

    void on_time() {
        const State state = engine_.state();
        if (state == State::connecting && now() >= connack_before_) {
            Failure failure{.kind = FailureKind::connect_timeout};
            failure.what = "no CONNACK from the server in time";
            connection_over(failure);
            return;
        }
        if (state == State::closing && now() >= leave_before_) {
            if (half_closed_) {
                end(std::nullopt);
            } else {
                Failure failure{.kind = FailureKind::disconnect_timeout};
                failure.what = "the server did not take what was left to send in time";
                end(failure);
            }
            return;
        }
        engine_.pump(now());
        after_turn();
    }

    void connection_over(Failure failure) {
        release();
        if (leaving_) {
            end(failure);
            return;
        }
        const auto delay = policy_.next_delay(failure, entropy_);
        if (!delay.has_value()) {
            end(failure);
            return;
        }
        retry_timer_.expires_after(*delay);
        retry_timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error && !self->over_) self->connect();
        });
        events_.on_retry(failure, *delay);
    }

    void end(const std::optional<Failure>& failure) {
        over_ = true;
        release();
        events_.on_ended(failure);
    }

    /// Everything that belongs to one connection, or to waiting for one.
    void release() {
        engine_.on_closed();
        connector_.cancel();
        timer_.cancel();
        retry_timer_.cancel();
        armed_for_.reset();
        stream_.reset();
        half_closed_ = false;
    }

    asio::io_context& context_;
    ConnectOptions options_;
    ClientEvents& events_;
    base::Entropy& entropy_;
    engine::Engine engine_;
    ReconnectPolicy policy_;
    net::Connector connector_;
    asio::steady_timer timer_;
    asio::steady_timer retry_timer_;
    std::unique_ptr<net::Stream> stream_;
    std::optional<SteadyTime> armed_for_;
    SteadyTime connack_before_;
    SteadyTime leave_before_;
    bool half_closed_ = false;
    bool leaving_ = false;
    bool over_ = false;
    bool turn_scheduled_ = false;
};

Client::Client(
    asio::io_context& context, ConnectOptions options, ClientEvents& events, base::Entropy& entropy
)
    : driver_(std::make_shared<Driver>(context, std::move(options), events, entropy)) {}

Client::~Client() {
    driver_->abandon();
}

void Client::start() {
    driver_->start();
}

base::Result<Token, Refusal> Client::publish(Message message) {
    auto result = driver_->engine().publish(std::move(message));
    if (result.has_value()) driver_->schedule_turn();
    return result;
}

bool Client::can_publish() const {
    return driver_->engine().can_publish();
}

std::size_t Client::unfinished() const {
    return driver_->engine().unfinished();
}

base::Result<Token, Refusal> Client::subscribe(const SubscribeRequest& request) {
    auto result = driver_->engine().subscribe(request);
    if (result.has_value()) driver_->schedule_turn();
    return result;
}

base::Result<Token, Refusal> Client::unsubscribe(UnsubscribeRequest request) {
    auto result = driver_->engine().unsubscribe(std::move(request));
    if (result.has_value()) driver_->schedule_turn();
    return result;
}

void Client::acknowledge(engine::DeliveryId id) {
    driver_->engine().acknowledge(id);
    driver_->schedule_turn();
}

bool Client::connected() const {
    return driver_->engine().state() == State::connected;
}

void Client::disconnect(DisconnectRequest request) {
    driver_->disconnect(std::move(request));
}

} // namespace client
