// The bytes below a connection: a socket in the daemon, a script in the tests. Owned by its
// connection; moves with it to another shard once. Never blocks. Shard thread only.
#pragma once

#include "common/base/bytes.hpp"
#include "tools/mqttd/auth/realm.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

struct ShardContext;

/// The other end of the connection, for the log and for limits.
struct Peer {
    std::string address;  ///< without port; "unix" for a Unix socket
    std::string endpoint; ///< "192.0.2.1:50123"
};

/// Who the other side has shown to be before it said anything of MQTT.
struct ProvenUser {
    std::string name; ///< empty: there is none that can be a user name
    Proof by = Proof::none;
};

/// What takes the bytes: the connection, or a layer between it and the socket.
class TransportUser {
public:
    TransportUser(const TransportUser&) = delete;
    TransportUser& operator=(const TransportUser&) = delete;

    virtual void on_bytes(base::Bytes input) = 0;
    /// The other side is gone. error: "Connection reset by peer", or empty for an orderly end of
    /// the stream.
    virtual void on_end(std::string_view error) = 0;
    virtual void on_writable() = 0;
    [[nodiscard]] virtual bool wants_bytes() const = 0;

    /// A proxy has told who is at the other end.
    virtual void on_peer(Peer peer) = 0;
    /// A layer below cannot go on, and has told the other side; why is for the log.
    virtual void on_failure(std::string_view why) = 0;

protected:
    TransportUser() = default;
    ~TransportUser() = default;
};

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

    /// Takes as many bytes as it can now; fewer than given: TransportUser::on_writable() follows.
    /// nullopt: broken.
    [[nodiscard]] virtual std::optional<std::size_t> write(base::Bytes bytes) = 0;
    /// Bytes were refused by TransportUser::wants_bytes(); it wants them again.
    virtual void resume_reading() = 0;
    /// Ends it; the user gets no call afterwards.
    virtual void close() = 0;

    /// Leaves the loop of this thread, and joins another one for this user.
    virtual void leave() = 0;
    virtual void join(TransportHost& host, ShardContext& context, TransportUser& user) = 0;

    /// The user name when the listener takes it from the other side's certificate or shared key;
    /// nullopt: it does not.
    [[nodiscard]] virtual std::optional<ProvenUser> proven_user() const { return std::nullopt; }

    /// What lies between socket and MQTT, for the log; empty: nothing.
    [[nodiscard]] virtual std::string description() const { return {}; }
};

} // namespace mqttd
