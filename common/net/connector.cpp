#include "common/net/connector.hpp"

#include "common/base/entropy.hpp"
#include "common/net/client_filters.hpp"
#include "common/net/error_words.hpp"
#include "common/net/srv_lookup.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace net {

namespace asio = boost::asio;
using base::TransportTrouble;
using boost::system::error_code;
using GenericEndpoint = asio::generic::stream_protocol::endpoint;

/// One call of connect(). Kept alive by its pending operations; silent once cancelled.
class Connector::Attempt : public std::enable_shared_from_this<Attempt>, private StreamUser {
public:
    Attempt(asio::io_context& context, Destination destination, Handler handler)
        : destination_(std::move(destination))
        , handler_(std::move(handler))
        , srv_lookup_(context)
        , resolver_(context)
        , socket_(context)
        , timer_(context) {}

    void start(std::chrono::milliseconds timeout) {
        timer_.expires_after(timeout);
        timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->give_up();
        });
        if (destination_.srv && destination_.unix_path.empty()) return look_up_servers();
        servers_.push_back({destination_.host, destination_.port});
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            self->try_next_server();
        });
    }

    void cancel() {
        handler_ = nullptr;
        close();
    }

private:
    // --- servers ---

    void look_up_servers() {
        auto on_answer = [self = shared_from_this()](SrvLookup::Result result) {
            if (self->handler_ == nullptr) return;
            if (result) {
                base::SystemEntropy entropy;
                self->servers_ = in_order_of_trial(*std::move(result), entropy);
            } else {
                self->last_.what = "SRV look-up failed: " + result.error().what;
                if (result.error().no_record) self->last_.trouble = TransportTrouble::no_srv_record;
            }
            self->try_next_server();
        };
        srv_lookup_.start(
            srv_name(destination_), destination_.srv->name_server, std::move(on_answer)
        );
    }

    void try_next_server() {
        if (handler_ == nullptr) return;
        stream_.reset();
        if (next_server_ == servers_.size()) return finish(last_);
        server_ = servers_[next_server_++];
        endpoints_.clear();
        next_endpoint_ = 0;
        if (!destination_.unix_path.empty()) return use_unix_socket();
        if (server_.host == ".") {
            note({"the service is not offered there", false, TransportTrouble::no_srv_record});
            return try_next_server();
        }
        look_up(destination_.proxy ? destination_.proxy->address : server_);
    }

    void use_unix_socket() {
        try {
            endpoints_.emplace_back(asio::local::stream_protocol::endpoint(destination_.unix_path));
            try_next_endpoint();
        } catch (const boost::system::system_error& failure) {
            note({in_words(failure.code())});
            try_next_server();
        }
    }

    void look_up(const HostPort& address) {
        auto on_resolved = [self = shared_from_this(
                            )](const error_code& error,
                               const asio::ip::tcp::resolver::results_type& results) {
            if (self->handler_ == nullptr) return;
            self->note_network_error(
                error ? "host name look-up failed: " + in_words(error) : "no address found"
            );
            for (const auto& result : results)
                self->endpoints_.emplace_back(result.endpoint());
            self->try_next_endpoint();
        };
        resolver_.async_resolve(address.host, std::to_string(address.port), std::move(on_resolved));
    }

    // --- addresses of one server ---

    void try_next_endpoint() {
        while (next_endpoint_ < endpoints_.size()) {
            const GenericEndpoint endpoint = endpoints_[next_endpoint_++];
            const error_code error = prepare(endpoint);
            if (error) {
                note_network_error(in_words(error));
                continue;
            }
            socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& failure) {
                self->on_connected(failure);
            });
            return;
        }
        try_next_server();
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

    void on_connected(const error_code& error) {
        if (handler_ == nullptr) return;
        if (error) {
            note_network_error(in_words(error));
            return try_next_endpoint();
        }
        if (destination_.no_delay && destination_.unix_path.empty()) {
            error_code ignored; // a hint: the connection works without it
            socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        }
        auto filters = client_filters(destination_, server_);
        const bool opens = filters != nullptr;
        const auto executor = socket_.get_executor();
        stream_ = std::make_unique<Stream>(
            std::exchange(socket_, StreamSocket(executor)),
            std::move(filters),
            static_cast<StreamUser&>(*this)
        );
        if (!opens) return finish(std::move(stream_));
        opening_ = shared_from_this();
        stream_->open();
    }

    // --- the stream while it opens ---

    void on_open() override { finish(std::move(stream_)); }

    void on_bytes(base::Bytes /*bytes*/) override {}

    void on_written() override {}

    void on_end(const StreamEnd& end) override {
        const auto self = std::exchange(opening_, nullptr);
        note({end.what, false, end.trouble});
        try_next_server();
    }

    // --- the outcome ---

    /// Where several servers were tried the one has to be named.
    void note(ConnectError error) {
        last_ = std::move(error);
        if (destination_.srv) last_.what = to_text(server_) + ": " + last_.what;
    }

    void note_network_error(std::string what) {
        if (!destination_.proxy) return note({std::move(what)});
        const std::string proxy = "the proxy " + to_text(destination_.proxy->address) + ": ";
        note({proxy + what, false, TransportTrouble::proxy_unreachable});
    }

    void give_up() {
        ConnectError error{.what = "no answer in time", .timed_out = true};
        if (stream_ != nullptr) error.what += " during the " + std::string(stream_->opening_name());
        finish(std::move(error));
    }

    void finish(ConnectResult result) {
        if (handler_ == nullptr) return;
        const auto self = shared_from_this();
        const Handler handler = std::exchange(handler_, nullptr);
        close();
        handler(std::move(result));
    }

    void close() {
        stream_.reset();
        srv_lookup_.cancel();
        resolver_.cancel();
        timer_.cancel();
        error_code ignored; // closing what may be closed
        socket_.close(ignored);
        opening_.reset();
    }

    Destination destination_;
    Handler handler_;
    SrvLookup srv_lookup_;
    asio::ip::tcp::resolver resolver_;
    StreamSocket socket_;
    asio::steady_timer timer_;
    std::unique_ptr<Stream> stream_;   ///< while it opens
    std::shared_ptr<Attempt> opening_; ///< itself, as the stream keeps nobody alive
    std::vector<HostPort> servers_;
    std::size_t next_server_ = 0;
    HostPort server_; ///< the one that is tried
    std::vector<GenericEndpoint> endpoints_;
    std::size_t next_endpoint_ = 0;
    ConnectError last_;
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
