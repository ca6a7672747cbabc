#include "tools/mqttd/shard/event_loop.hpp"

#include <climits>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace mqttd {

namespace {

constexpr std::size_t usual_read_buffer = 65'536;
constexpr std::size_t smallest_read_buffer = 1024;
constexpr int events_a_turn = 256;
constexpr int accepts_a_turn = 2;
/// Connections that come or go, which a turn deals with. Each costs as much as several messages,
/// and who is connected should not have to wait for thousands of them.
constexpr int visitors_a_turn = 4;
/// Looks for events of connected clients behind those of visitors.
constexpr int looks_a_turn = 16;
constexpr std::chrono::milliseconds accept_pause{100};

/// Errors of the kernel that leave nothing to go on with (no memory for an epoll set).
int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

std::size_t read_buffer_size(const BrokerConfig& config) {
    if (config.packet_buffer_size == 0) return usual_read_buffer;
    return std::max(config.packet_buffer_size, smallest_read_buffer);
}

} // namespace

EventLoop::EventLoop(Shard& shard, Inbox& inbox, const base::Clock& clock)
    : shard_(shard)
    , inbox_(inbox)
    , clock_(clock)
    , epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "cannot create an epoll set"))
    , wakeup_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "cannot create an event counter"))
    , read_buffer_(read_buffer_size(*shard.context().config))
    , accept_timer_(*this) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wakeup_.get(), &event), "epoll_ctl");
    inbox_.on_first_mail([this] { wake(); });
}

EventLoop::~EventLoop() = default;

// A loop that has not gone to sleep looks into its inbox before it does, so that most mail (and all
// that a shard sends to itself) costs no system call. Either the sleeper sees the mail or the
// sender sees the sleeper: both write first and then read, in one total order.
void EventLoop::wake() {
    if (asleep_.exchange(false)) ring();
}

void EventLoop::ring() {
    const std::uint64_t one = 1;
    // Full means that a wake-up is waiting already.
    static_cast<void>(::write(wakeup_.get(), &one, sizeof one) == 0);
}

void EventLoop::stop() {
    stopped_.store(true, std::memory_order_release);
    ring();
}

void EventLoop::run() {
    shard_.begin_turn(clock_.now());
    running_ = true;
    watch_acceptors();
    while (!stopped_.load(std::memory_order_acquire))
        turn();
}

int EventLoop::wait_milliseconds() const {
    if (!ready_.empty() || !visitors_.empty() || !inbox_.empty()) return 0;
    const base::SteadyTime next = shard_.next_turn();
    if (next == base::SteadyTime::max()) return -1;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - clock_.now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(wait, 0, INT_MAX));
}

void EventLoop::turn() {
    std::array<epoll_event, events_a_turn> events; // NOLINT(cppcoreguidelines-pro-type-member-init)
    asleep_.store(true);
    int count = ::epoll_wait(epoll_.get(), events.data(), events_a_turn, wait_milliseconds());
    asleep_.store(false, std::memory_order_relaxed);
    shard_.begin_turn(clock_.now());
    for (int look = 0; look < looks_a_turn; ++look) {
        bool only_visitors = true;
        for (int i = 0; i < count; ++i) {
            if (!handle(events[static_cast<std::size_t>(i)])) only_visitors = false;
        }
        if (count < events_a_turn || !only_visitors) break;
        count = ::epoll_wait(epoll_.get(), events.data(), events_a_turn, 0);
    }
    handle_visitors();
    handle_ready();
    shard_.receive_mail(*this);
    shard_.fire_timers();
    shard_.end_turn();
}

/// True: it has been put off, because the connection comes or goes.
bool EventLoop::handle(const epoll_event& event) {
    if (event.data.ptr == this) {
        std::uint64_t ignored = 0;
        static_cast<void>(::read(wakeup_.get(), &ignored, sizeof ignored) == 0);
        return false;
    }
    const auto acceptor =
        std::find_if(acceptors_.begin(), acceptors_.end(), [&](const Accepting& accepting) {
            return accepting.acceptor == event.data.ptr;
        });
    if (acceptor != acceptors_.end()) {
        accept_from(*acceptor->acceptor);
        return false;
    }
    auto& transport = *static_cast<SocketTransport*>(event.data.ptr);
    if (!transport.is_visitor(event.events)) {
        transport.on_events(event.events);
        return false;
    }
    if (transport.put_off(event.events)) visitors_.push_back(&transport);
    return true;
}

void EventLoop::handle_visitors() {
    for (int i = 0; i < visitors_a_turn && !visitors_.empty(); ++i) {
        SocketTransport* const transport = visitors_.front();
        visitors_.pop_front();
        if (transport != nullptr) transport->on_put_off_events();
    }
}

void EventLoop::remove_visitor(const SocketTransport& transport) {
    std::replace(
        visitors_.begin(),
        visitors_.end(),
        const_cast<SocketTransport*>(&transport), // NOLINT(cppcoreguidelines-pro-type-const-cast)
        static_cast<SocketTransport*>(nullptr)
    );
}

// Those that were ready when the turn began; whoever has still more waits for the next turn.
void EventLoop::handle_ready() {
    reading_.swap(ready_);
    for (SocketTransport* const transport : reading_) {
        if (transport != nullptr) transport->on_ready();
    }
    reading_.clear();
}

void EventLoop::remove_ready(const SocketTransport& transport) {
    std::erase(ready_, &transport);
    std::replace(
        reading_.begin(),
        reading_.end(),
        const_cast<SocketTransport*>(&transport), // NOLINT(cppcoreguidelines-pro-type-const-cast)
        static_cast<SocketTransport*>(nullptr)
    );
}

void EventLoop::watch(int fd, SocketTransport& transport) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &transport;
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void EventLoop::unwatch(int fd) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

// --- accepting ---

void EventLoop::watch_acceptors() {
    for (Accepting& accepting : acceptors_) {
        epoll_event event{};
        event.events = EPOLLIN | EPOLLEXCLUSIVE;
        event.data.ptr = const_cast<Acceptor*>(accepting.acceptor
        ); // NOLINT(cppcoreguidelines-pro-type-const-cast)
        if (accepting.watched) continue;
        checked(
            ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, accepting.acceptor->socket.fd.get(), &event),
            "epoll_ctl"
        );
        accepting.watched = true;
    }
}

void EventLoop::unwatch_acceptors() {
    for (Accepting& accepting : acceptors_) {
        if (accepting.watched) unwatch(accepting.acceptor->socket.fd.get());
        accepting.watched = false;
    }
}

// One that comes while accepting pauses ends the pause: there is a free descriptor, its own.
void EventLoop::add_acceptor(const Acceptor& acceptor) {
    acceptors_.push_back({&acceptor, false});
    if (running_ && accepting_) watch_acceptors();
}

void EventLoop::remove_acceptor(const Acceptor& acceptor) {
    const auto found =
        std::find_if(acceptors_.begin(), acceptors_.end(), [&](const Accepting& accepting) {
            return accepting.acceptor == &acceptor;
        });
    if (found == acceptors_.end()) return;
    if (found->watched) unwatch(acceptor.socket.fd.get());
    acceptors_.erase(found);
}

void EventLoop::stop_accepting() {
    accepting_ = false;
    shard_.context().timers.cancel(accept_timer_);
    unwatch_acceptors();
}

void EventLoop::accept_from(const Acceptor& acceptor) {
    for (int i = 0; i < accepts_a_turn && accepting_; ++i) {
        Accepted accepted = accept_connection(acceptor.socket);
        switch (accepted.status) {
        case AcceptStatus::accepted:
            welcome(acceptor, std::move(accepted));
            break;
        case AcceptStatus::try_again:
            break;
        case AcceptStatus::nothing_waiting:
            return;
        case AcceptStatus::out_of_descriptors:
            return pause_accepting(accepted.error);
        }
    }
}

void EventLoop::welcome(const Acceptor& acceptor, Accepted accepted) {
    if (!shard_.lets_in(*acceptor.listener, accepted.peer)) return;
    const BrokerConfig& config = *shard_.context().config;
    if (config.tcp_nodelay && acceptor.socket.family != net::SocketFamily::unix_socket) {
        const int on = 1;
        ::setsockopt(accepted.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    Connection& connection = shard_.admit(
        std::make_unique<SocketTransport>(std::move(accepted.fd)),
        acceptor.listener,
        std::move(accepted.peer)
    );
    connection.transport().join(*this, shard_.context(), connection);
}

void EventLoop::pause_accepting(int error) {
    unwatch_acceptors();
    ShardContext& context = shard_.context();
    context.counters.accept_pauses.add();
    context.timers.set(accept_timer_, context.now + accept_pause);
    context.write_log(base::LogLevel::warning, [&] {
        return "cannot accept connections for now: " +
               std::string(std::generic_category().message(error)) +
               "; raise the limit of open files (LimitNOFILE, ulimit -n)";
    });
}

void EventLoop::on_timer(Timer&, base::SteadyTime) {
    if (accepting_) watch_acceptors();
}

} // namespace mqttd
