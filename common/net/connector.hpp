// Opens one client connection: looks the name up, binds, tries the addresses in turn, and gives up
// at a deadline. Owned by who wants the connection, used on the thread that runs its io_context.
// Knows nothing of what is spoken.
#pragma once

#include "common/base/result.hpp"
#include "common/net/destination.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace net {

/// TCP and Unix sockets alike.
using StreamSocket = boost::asio::generic::stream_protocol::socket;

struct ConnectError {
    std::string what; ///< "connection refused"; the last address tried
    bool timed_out = false;
};

using ConnectResult = base::Result<StreamSocket, ConnectError>;

class Connector {
public:
    using Handler = std::function<void(ConnectResult)>;

    explicit Connector(boost::asio::io_context& context) : context_(context) {}

    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    ~Connector() { cancel(); }

    /// Calls handler once, never from inside this call; a connection begun before is cancelled.
    /// timeout covers look-up and all addresses.
    void
    connect(const Destination& destination, std::chrono::milliseconds timeout, Handler handler);

    /// The handler will not be called any more.
    void cancel();

private:
    class Attempt;

    boost::asio::io_context& context_;
    std::shared_ptr<Attempt> attempt_;
};

} // namespace net
