// The two ends of a connection in memory: FakeSocket is what the test sees, FakeTransport what the
// broker's connection owns. As strict as a socket in an edge-triggered loop: bytes that the
// connection refused stay until it asks for them. One thread.
#pragma once

#include "common/base/bytes.hpp"
#include "tools/mqttd/connection/transport.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>

namespace support {

/// The loop of one shard, as FakeTransport sees it.
class FakeHost final : public mqttd::TransportHost {
public:
    explicit FakeHost(unsigned shard) : shard_(shard) {}

    [[nodiscard]] unsigned shard() const { return shard_; }

private:
    unsigned shard_;
};

struct FakeSocket {
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

    base::ByteBuffer to_broker;   ///< sent by the peer, not read yet
    base::ByteBuffer from_broker; ///< written by the broker, not read by the peer
    std::size_t write_room = unlimited;
    bool blocked = false; ///< a write was cut short: on_writable() is owed
    bool paused = false;  ///< bytes were refused: nothing is read until resume_reading()
    bool ended = false;   ///< the peer has closed its end
    bool end_read = false;
    bool broken = false; ///< writes fail
    bool closed = false; ///< by the broker
    unsigned shard = 0;
    mqttd::TransportUser* user = nullptr; ///< while it is joined to a shard

    /// Whether a turn of its shard would do anything with it.
    [[nodiscard]] bool has_news() const;
    /// What the loop does for it in one turn; at most most_bytes are read.
    void serve(std::size_t most_bytes);
};

class FakeTransport final : public mqttd::Transport {
public:
    explicit FakeTransport(std::shared_ptr<FakeSocket> socket) : socket_(std::move(socket)) {}

    ~FakeTransport() override;

    [[nodiscard]] std::optional<std::size_t> write(base::Bytes bytes) override;

    void resume_reading() override { socket_->paused = false; }

    void close() override;
    void leave() override;
    void join(mqttd::TransportHost& host, mqttd::ShardContext& context, mqttd::TransportUser& user)
        override;

private:
    std::shared_ptr<FakeSocket> socket_;
};

} // namespace support
