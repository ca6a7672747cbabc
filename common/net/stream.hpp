// A client's connection: plain bytes in and out, whatever lies between them and the socket (proxy,
// TLS, WebSocket). Owned by who wants the connection, used on the thread that runs its io_context.
// Knows nothing of what is spoken.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/transport_trouble.hpp"
#include "common/net/filter_chain.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <string>

namespace net {

/// TCP and Unix sockets alike.
using StreamSocket = boost::asio::generic::stream_protocol::socket;

struct StreamEnd {
    std::string what; ///< "the server closed the connection"
    base::TransportTrouble trouble = base::TransportTrouble::none;
};

/// What happens on a stream. Never called from inside a call of the stream.
class StreamUser {
public:
    StreamUser() = default;
    StreamUser(const StreamUser&) = delete;
    StreamUser& operator=(const StreamUser&) = delete;
    virtual ~StreamUser() = default;

    /// The answer to open().
    virtual void on_open() {}

    /// The answer to one read(): at least one byte; the view lives during the call.
    virtual void on_bytes(base::Bytes bytes) = 0;
    /// The answer to one write(): the next may follow.
    virtual void on_written() = 0;
    /// Nothing comes any more. After open() or read() only.
    virtual void on_end(const StreamEnd& end) = 0;
};

class Stream {
public:
    /// socket: connected. filters: nullptr when there are none. user outlives the stream.
    Stream(StreamSocket socket, std::unique_ptr<FilterChain> filters, StreamUser& user);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    /// Closes at once. The user hears nothing any more.
    ~Stream();

    /// From now on another one hears what happens. It outlives the stream.
    void set_user(StreamUser& user);

    /// Has the filters shake hands; once, first, and only when there are some.
    void open();
    /// What the handshake is for that is going on: "TLS handshake".
    [[nodiscard]] const char* opening_name() const;

    /// Asks for bytes; without effect while it has been asked already.
    void read();
    /// After the answer to the one before. A stream that cannot be written to does not answer, and
    /// its end can be read soon.
    void write(base::ByteBuffer plain);
    [[nodiscard]] bool can_write() const;
    [[nodiscard]] bool write_failed() const;
    /// The last words of a connection that is given up: as much as the socket takes now.
    void write_at_once(base::ByteBuffer plain);
    /// Nothing is written afterwards: the other side is told, and may still say something.
    void half_close();

private:
    class Core;
    std::shared_ptr<Core> core_;
};

} // namespace net
