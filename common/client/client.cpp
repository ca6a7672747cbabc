#include "common/client/client.hpp"

#include "common/client/engine/engine.hpp"
#include "common/client/reconnect_policy.hpp"
#include "common/net/connector.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace client {

namespace asio = boost::asio;
using base::SteadyTime;
using boost::system::error_code;
using engine::State;

namespace {

constexpr std::size_t read_size = std::size_t{64} << 10U;
/// Nothing is read while more than this waits to be written.
constexpr std::size_t output_limit = std::size_t{1} << 20U;

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// The system's words with a small first letter, as "connection reset by peer".
Failure lost(const error_code& error, bool connected_before) {
    Failure failure{.kind = FailureKind::lost};
    failure.connected_before = connected_before;
    failure.what = error == asio::error::eof ? "the server closed the connection" : error.message();
    failure.what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(failure.what[0])));
    return failure;
}

} // namespace

/// Kept alive by its pending operations; silent once over.
class Client::Driver : public std::enable_shared_from_this<Client::Driver> {
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
            connection_over(failure);
            return;
        }
        socket_ = std::make_unique<net::StreamSocket>(*std::move(result));
        engine_.on_opened(now());
        read();
        after_turn();
    }

    void read() {
        if (reading_ || (engine_.output_size() > output_limit && !write_failed_)) return;
        reading_ = true;
        auto on_read = [self = shared_from_this(),
                        socket = socket_](const error_code& error, std::size_t size) {
            if (self->over_ || socket != self->socket_) return;
            self->reading_ = false;
            self->on_read(error, size);
        };
        socket_->async_read_some(asio::buffer(input_), std::move(on_read));
    }

    void on_read(const error_code& error, std::size_t size) {
        if (error) {
            on_broken(error);
            return;
        }
        const bool was_connected = engine_.state() == State::connected;
        engine_.on_bytes({input_.data(), size}, now());
        if (!was_connected && engine_.state() != State::connecting &&
            engine_.state() != State::failed)
            policy_.on_connected();
        after_turn();
    }

    void on_broken(const error_code& error) {
        if (half_closed_) {
            end(std::nullopt);
        } else {
            connection_over(lost(error, engine_.state() == State::connected));
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
            write_at_once();
            connection_over(Failure(engine_.failure()));
            return;
        }
        if (state == State::offline) return;
        write();
        if (state == State::closing && !writing_ && !half_closed_) half_close();
        read();
        arm_timer();
    }

    void write() {
        if (writing_ || !engine_.has_output()) return;
        writing_ = true;
        output_ = engine_.take_output(now());
        auto on_written = [self = shared_from_this(),
                           socket = socket_](const error_code& error, std::size_t /*size*/) {
            if (self->over_ || socket != self->socket_) return;
            if (error) { // reading ends soon too, after what the server may have said
                self->write_failed_ = true;
                self->read();
                return;
            }
            self->writing_ = false;
            self->engine_.pump(now());
            self->after_turn();
        };
        asio::async_write(*socket_, asio::buffer(output_), std::move(on_written));
    }

    /// The last words of a connection that is given up.
    void write_at_once() {
        if (writing_ || !engine_.has_output()) return;
        error_code ignored; // the connection ends anyway
        socket_->non_blocking(true, ignored);
        const base::ByteBuffer words = engine_.take_output(now());
        socket_->write_some(asio::buffer(words), ignored);
    }

    /// DISCONNECT is written: now the server closes. Closing first could cost it what it has not
    /// read yet.
    void half_close() {
        half_closed_ = true;
        leave_before_ = now() + options_.disconnect_timeout;
        error_code ignored; // then reading fails as well
        socket_->shutdown(net::StreamSocket::shutdown_send, ignored);
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
        if (socket_ != nullptr) {
            error_code ignored; // closing what may be closed
            socket_->close(ignored);
        }
        socket_.reset();
        reading_ = writing_ = write_failed_ = half_closed_ = false;
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
    std::shared_ptr<net::StreamSocket> socket_; ///< handlers of an earlier one are ignored
    std::array<std::uint8_t, read_size> input_{};
    base::ByteBuffer output_; ///< being written
    std::optional<SteadyTime> armed_for_;
    SteadyTime connack_before_;
    SteadyTime leave_before_;
    bool reading_ = false;
    bool writing_ = false;
    bool write_failed_ = false;
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

bool Client::connected() const {
    return driver_->engine().state() == State::connected;
}

void Client::disconnect(DisconnectRequest request) {
    driver_->disconnect(std::move(request));
}

} // namespace client
