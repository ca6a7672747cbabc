#include "tools/mqttd/shard/socket_transport.hpp"

#include "tools/mqttd/shard/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

namespace mqttd {

SocketTransport::~SocketTransport() {
    if (loop_ != nullptr) leave();
}

std::optional<std::size_t> SocketTransport::write(base::Bytes bytes) {
    if (!fd_) return std::nullopt;
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return 0;
    return std::nullopt;
}

void SocketTransport::resume_reading() {
    if (!readable_ || listed_ || loop_ == nullptr) return;
    listed_ = true;
    loop_->add_ready(*this);
}

// Unread bytes would make the kernel answer with a reset, which can overtake the last packet that
// was sent (a CONNACK with a refusal, a DISCONNECT with a reason). They are thrown away first,
// within limits.
void SocketTransport::drain() {
    const std::span<std::uint8_t> buffer = loop_->read_buffer();
    for (int reads = 0; reads < 4; ++reads) {
        if (::recv(fd_.get(), buffer.data(), buffer.size(), 0) <= 0) return;
    }
}

void SocketTransport::close() {
    if (!fd_) return;
    if (loop_ != nullptr) {
        if (!drained_) {
            ::shutdown(fd_.get(), SHUT_WR);
            drain();
        }
        forget_loop();
    }
    fd_.reset(); // which also takes it out of the epoll set
}

void SocketTransport::leave() {
    if (fd_) loop_->unwatch(fd_.get());
    forget_loop();
}

void SocketTransport::forget_loop() {
    if (listed_) loop_->remove_ready(*this);
    listed_ = false;
    if (put_off_ != 0) loop_->remove_visitor(*this);
    put_off_ = 0;
    loop_ = nullptr;
    user_ = nullptr;
}

void SocketTransport::join(TransportHost& host, ShardContext&, TransportUser& user) {
    loop_ = &static_cast<EventLoop&>(host);
    user_ = &user;
    ended_ = false;
    readable_ = true; // whatever came before is not announced again
    loop_->watch(fd_.get(), *this);
    resume_reading();
}

bool SocketTransport::is_visitor(std::uint32_t events) const {
    constexpr std::uint32_t end = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    return put_off_ != 0 || !settled_ || (events & end) != 0;
}

bool SocketTransport::put_off(std::uint32_t events) {
    const bool is_first = put_off_ == 0;
    put_off_ |= events;
    return is_first;
}

void SocketTransport::on_put_off_events() {
    const std::uint32_t events = std::exchange(put_off_, 0);
    // That it can be written to is all that is told of a socket that has just come.
    if ((events & EPOLLIN) != 0) settled_ = true;
    on_events(events);
}

void SocketTransport::on_events(std::uint32_t events) {
    if (loop_ == nullptr) return; // closed earlier in this turn
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) ended_ = true;
    if ((events & EPOLLOUT) != 0) user_->on_writable();
    if (loop_ == nullptr || (events & ~std::uint32_t{EPOLLOUT}) == 0) return;
    readable_ = true;
    if (!listed_) read();
}

void SocketTransport::on_ready() {
    listed_ = false;
    read();
}

// One read a turn, so that a fast client does not hold up the others.
void SocketTransport::read() {
    if (!user_->wants_bytes()) return;
    const std::span<std::uint8_t> buffer = loop_->read_buffer();
    const ssize_t received = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (received > 0) {
        const auto size = static_cast<std::size_t>(received);
        // A short read has emptied the socket: what comes later is a new edge.
        readable_ = size == buffer.size() || ended_;
        user_->on_bytes(buffer.first(size));
        resume_reading();
    } else if (received == 0) {
        drained_ = true;
        user_->on_end({});
    } else if (errno == EAGAIN || errno == EINTR) {
        readable_ = errno == EINTR;
        resume_reading();
    } else {
        drained_ = true;
        user_->on_end(std::strerror(errno)); // NOLINT(concurrency-mt-unsafe): glibc's is safe
    }
}

} // namespace mqttd
