#include "common/net/connector.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cctype>
#include <cstddef>
#include <utility>
#include <vector>

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;
using GenericEndpoint = asio::generic::stream_protocol::endpoint;

namespace {

/// The system's message with a small first letter: "connection refused".
std::string in_words(const error_code& error) {
    std::string text = error.message();
    const bool one_capital =
        text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
    if (one_capital) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

} // namespace

std::string to_text(const Destination& destination) {
    if (!destination.unix_path.empty()) return destination.unix_path;
    const bool is_ipv6 = destination.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + destination.host + "]" : destination.host;
    return host + ":" + std::to_string(destination.port);
}

/// One call of connect(). Kept alive by its pending operations; silent once cancelled.
class Connector::Attempt : public std::enable_shared_from_this<Attempt> {
public:
    Attempt(asio::io_context& context, Destination destination, Handler handler)
        : destination_(std::move(destination))
        , handler_(std::move(handler))
        , resolver_(context)
        , socket_(context)
        , timer_(context) {}

    void start(std::chrono::milliseconds timeout) {
        timer_.expires_after(timeout);
        timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->finish(ConnectError{.what = "no answer in time", .timed_out = true});
        });
        if (destination_.unix_path.empty()) {
            resolve();
            return;
        }
        try {
            endpoints_.emplace_back(asio::local::stream_protocol::endpoint(destination_.unix_path));
        } catch (const boost::system::system_error& failure) {
            last_error_ = in_words(failure.code());
        }
        asio::post(socket_.get_executor(), [self = shared_from_this()] { self->try_next(); });
    }

    void cancel() {
        handler_ = nullptr;
        close();
    }

private:
    void resolve() {
        auto on_resolved = [self = shared_from_this(
                            )](const error_code& error,
                               const asio::ip::tcp::resolver::results_type& results) {
            if (self->handler_ == nullptr) return;
            if (error) self->last_error_ = "host name look-up failed: " + in_words(error);
            for (const auto& result : results)
                self->endpoints_.emplace_back(result.endpoint());
            self->try_next();
        };
        resolver_.async_resolve(
            destination_.host, std::to_string(destination_.port), std::move(on_resolved)
        );
    }

    void try_next() {
        if (handler_ == nullptr) return;
        while (next_ < endpoints_.size()) {
            const GenericEndpoint endpoint = endpoints_[next_++];
            const error_code error = prepare(endpoint);
            if (error) {
                last_error_ = in_words(error);
                continue;
            }
            socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& failure) {
                self->on_connected(failure);
            });
            return;
        }
        finish(ConnectError{.what = last_error_.empty() ? "no address found" : last_error_});
    }

    void on_connected(const error_code& error) {
        if (handler_ == nullptr) return;
        if (error) {
            last_error_ = in_words(error);
            try_next();
            return;
        }
        if (destination_.no_delay && destination_.unix_path.empty()) {
            error_code ignored; // a hint: the connection works without it
            socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        }
        finish(std::move(socket_));
    }

    /// Opens and binds the socket for one address.
    error_code prepare(const GenericEndpoint& endpoint) {
        error_code error;
        socket_.close(error);
        socket_.open(endpoint.protocol(), error);
        if (error || destination_.bind_address.empty() || !destination_.unix_path.empty())
            return error;
        const auto address = asio::ip::make_address(destination_.bind_address, error);
        if (error) return error;
        socket_.bind(GenericEndpoint(asio::ip::tcp::endpoint(address, 0)), error);
        return error;
    }

    void finish(ConnectResult result) {
        if (handler_ == nullptr) return;
        const Handler handler = std::exchange(handler_, nullptr);
        close();
        handler(std::move(result));
    }

    void close() {
        resolver_.cancel();
        timer_.cancel();
        error_code ignored; // closing what may be closed
        socket_.close(ignored);
    }

    Destination destination_;
    Handler handler_;
    asio::ip::tcp::resolver resolver_;
    StreamSocket socket_;
    asio::steady_timer timer_;
    std::vector<GenericEndpoint> endpoints_;
    std::size_t next_ = 0;
    std::string last_error_;
};

void Connector::connect(
    const Destination& destination, std::chrono::milliseconds timeout, Handler handler
) {
    cancel();
    attempt_ = std::make_shared<Attempt>(context_, destination, std::move(handler));
    attempt_->start(timeout);
}

void Connector::cancel() {
    if (attempt_ == nullptr) return;
    attempt_->cancel();
    attempt_.reset();
}

} // namespace net
