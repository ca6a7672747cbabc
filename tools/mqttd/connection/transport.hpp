// The bytes below a connection: a socket in the daemon, a script in the tests. Owned by its
// connection; moves with it to another shard once. Never blocks. Shard thread only.
#pragma once

#include "common/base/bytes.hpp"

#include <cstddef>
#include <optional>

namespace mqttd {

class Connection;

/// The event loop of one shard, as transports see it.
class TransportHost {
public:
    TransportHost(const TransportHost&) = delete;
    TransportHost& operator=(const TransportHost&) = delete;

protected:
    TransportHost() = default;
    ~TransportHost() = default;
};

class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    /// Takes as many bytes as it can now; fewer than given: Connection::on_writable() follows.
    /// nullopt: broken.
    [[nodiscard]] virtual std::optional<std::size_t> write(base::Bytes bytes) = 0;
    /// Bytes were refused by Connection::wants_bytes(); it wants them again.
    virtual void resume_reading() = 0;
    /// Ends it; the connection gets no call afterwards.
    virtual void close() = 0;

    /// Leaves the loop of this thread, and joins another one for this connection.
    virtual void leave() = 0;
    virtual void join(TransportHost& host, Connection& connection) = 0;
};

} // namespace mqttd
