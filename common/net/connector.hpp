// Opens one client connection: looks names up, binds, tries servers and their addresses in turn,
// has the proxy, TLS and the WebSocket shake hands, and gives up at a deadline. Owned by who wants
// the connection, used on the thread that runs its io_context. Knows nothing of what is spoken.
#pragma once

#include "common/base/result.hpp"
#include "common/base/transport_trouble.hpp"
#include "common/net/destination.hpp"
#include "common/net/stream.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace net {

struct ConnectError {
    std::string what; ///< "connection refused"; of what was tried last
    bool timed_out = false;
    base::TransportTrouble trouble = base::TransportTrouble::none;
};

/// Open. Its user has to be set.
using ConnectResult = base::Result<std::unique_ptr<Stream>, ConnectError>;

class Connector {
public:
    using Handler = std::function<void(ConnectResult)>;

    explicit Connector(boost::asio::io_context& context) : context_(context) {}

    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    ~Connector() { cancel(); }

    /// Calls handler once, never from inside this call; a connection begun before is cancelled.
    /// timeout covers everything.
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
