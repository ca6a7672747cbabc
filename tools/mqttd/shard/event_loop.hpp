// The thread of one shard: waits for its sockets, its inbox and its timers, and runs the shard's
// turns. One epoll set, edge-triggered for connections, so that reading and writing need no other
// system call; why not Asio's reactor is in docs/decisions. Everything but stop() and wake() on its
// own thread.
#pragma once

#include "common/base/clock.hpp"
#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/shard/acceptor.hpp"
#include "tools/mqttd/shard/shard.hpp"
#include "tools/mqttd/shard/socket_transport.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

struct epoll_event;

namespace mqttd {

class EventLoop final : public TransportHost, private Timer::Handler {
public:
    EventLoop(Shard& shard, Inbox& inbox, const base::Clock& clock);
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    ~EventLoop();

    /// Before run(), or on its thread. The acceptor stays until it is removed, or outlives the
    /// loop.
    void add_acceptor(const Acceptor& acceptor);
    /// On the loop's thread. Nothing when it is not there.
    void remove_acceptor(const Acceptor& acceptor);

    /// Until stop().
    void run();
    /// Ends run() after the current turn. Any thread.
    void stop();
    /// There is mail: begins a turn soon. Any thread.
    void wake();
    /// No new connections from now on.
    void stop_accepting();

    // --- for transports ---
    void watch(int fd, SocketTransport& transport);
    void unwatch(int fd);

    void remove_visitor(const SocketTransport& transport);

    void add_ready(SocketTransport& transport) { ready_.push_back(&transport); }

    void remove_ready(const SocketTransport& transport);

    [[nodiscard]] std::span<std::uint8_t> read_buffer() { return read_buffer_; }

private:
    struct Accepting {
        const Acceptor* acceptor;
        bool watched;
    };

    void on_timer(Timer& timer, base::SteadyTime now) override;
    void ring();
    void turn();
    [[nodiscard]] int wait_milliseconds() const;
    [[nodiscard]] bool handle(const epoll_event& event);
    void handle_visitors();
    void handle_ready();
    void watch_acceptors();
    void unwatch_acceptors();
    void accept_from(const Acceptor& acceptor);
    void welcome(const Acceptor& acceptor, Accepted accepted);
    void pause_accepting(int error);

    Shard& shard_;
    Inbox& inbox_;
    const base::Clock& clock_;
    net::FileDescriptor epoll_;
    net::FileDescriptor wakeup_;
    std::vector<Accepting> acceptors_;
    std::deque<SocketTransport*> visitors_; ///< with events that were put off; nullptr: gone
    std::vector<SocketTransport*> ready_;
    std::vector<SocketTransport*> reading_;
    std::vector<std::uint8_t> read_buffer_;
    Timer accept_timer_;
    std::atomic<bool> stopped_{false};
    bool running_ = false;
    std::atomic<bool> asleep_{false}; ///< waits, or is about to, without having seen new mail
    bool accepting_ = true;
};

} // namespace mqttd
