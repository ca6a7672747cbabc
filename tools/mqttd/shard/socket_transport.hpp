// A connection's socket in the event loop of its shard. Edge-triggered: it remembers that bytes may
// be waiting while the connection does not want them. Owned by its connection; shard thread only.
#pragma once

#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/connection/transport.hpp"

#include <cstdint>

namespace mqttd {

class EventLoop;

class SocketTransport final : public Transport {
public:
    explicit SocketTransport(net::FileDescriptor fd) : fd_(std::move(fd)) {}

    SocketTransport(const SocketTransport&) = delete;
    SocketTransport& operator=(const SocketTransport&) = delete;
    ~SocketTransport() override;

    [[nodiscard]] std::optional<std::size_t> write(base::Bytes bytes) override;
    void resume_reading() override;
    void close() override;
    void leave() override;
    void join(TransportHost& host, ShardContext& context, TransportUser& user) override;

    // --- from the event loop ---

    /// events: of epoll.
    void on_events(std::uint32_t events);
    /// These events are its first ones, or those of its end.
    [[nodiscard]] bool is_visitor(std::uint32_t events) const;
    /// Keeps the events for on_put_off_events(). False: some wait already.
    [[nodiscard]] bool put_off(std::uint32_t events);
    void on_put_off_events();
    /// Its turn in the list of sockets that have more to read.
    void on_ready();

private:
    void read();
    void drain();
    void forget_loop();

    net::FileDescriptor fd_;
    EventLoop* loop_ = nullptr;
    TransportUser* user_ = nullptr;
    std::uint32_t put_off_ = 0; ///< events of epoll; 0: none
    bool settled_ = false;      ///< its first events have been dealt with
    bool readable_ = false;     ///< bytes, or the end of the stream, may be waiting
    bool ended_ = false;        ///< the kernel told of an end that has not been read yet
    bool drained_ = false;      ///< the end of the stream, or an error, has been read
    bool listed_ = false;       ///< in the loop's list of ready ones
};

} // namespace mqttd
