// One layer between a socket and a protocol (PROXY header, TLS, WebSocket): bytes of the wire in,
// plain bytes out, and the other way round. Sans-io: it waits for nothing and writes nowhere; what
// has to go out is appended to a buffer of the caller, who sends it also after the filter has
// failed (an alert, a close frame). Owned by what owns the socket; one thread at a time.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/transport_trouble.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace base {

class ByteFilter {
public:
    enum class State : std::uint8_t {
        opening, ///< the handshake is not over: send() is not allowed yet
        open,
        ended,  ///< the other side has closed it in an orderly way
        failed, ///< error() says why
    };

    ByteFilter(const ByteFilter&) = delete;
    ByteFilter& operator=(const ByteFilter&) = delete;
    virtual ~ByteFilter() = default;

    /// What goes out before anything has come in; nothing for a server.
    virtual void start(ByteBuffer& /*wire*/) {}

    /// Takes all of input. Plain bytes are appended to plain, answers to wire. Nothing happens once
    /// it has ended or failed.
    virtual void receive(Bytes input, ByteBuffer& plain, ByteBuffer& wire) = 0;
    /// Only while it is open.
    virtual void send(Bytes plain, ByteBuffer& wire) = 0;
    /// Says good-bye to the other side; at most once, and nothing is sent afterwards.
    virtual void close(ByteBuffer& wire) = 0;

    /// Something that the other side need not notice, so that nobody between takes the connection
    /// for dead. Only while it is open.
    virtual void ping(ByteBuffer& /*wire*/) {}

    /// "TLS handshake": what is going on while it is opening.
    [[nodiscard]] virtual const char* opening_name() const = 0;

    [[nodiscard]] State state() const { return state_; }

    /// In words, lower case, without a full stop; escaped, so that it can be logged.
    [[nodiscard]] const std::string& error() const { return error_; }

    /// The same as data, for who explains it.
    [[nodiscard]] TransportTrouble trouble() const { return trouble_; }

protected:
    ByteFilter() = default;

    void set_state(State state) { state_ = state; }

    void fail(std::string error, TransportTrouble trouble = TransportTrouble::none) {
        state_ = State::failed;
        error_ = std::move(error);
        trouble_ = trouble;
    }

private:
    std::string error_;
    State state_ = State::opening;
    TransportTrouble trouble_ = TransportTrouble::none;
};

} // namespace base
