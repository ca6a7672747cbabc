// The yardstick of the benchmarks: the least that a broker could do. One epoll thread that answers
// CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ and copies each QoS 0 PUBLISH, byte for byte, to the
// connections subscribed to exactly that topic or to "#". Everything a turn produced for one
// connection leaves in one send at the end of the turn. Nothing is checked: it must only meet
// mqtt-bench on a machine of one's own, and every connection must speak the same MQTT version.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::size_t read_size = std::size_t{256} * 1024;
constexpr std::size_t largest_packet = std::size_t{1024} * 1024;
constexpr std::size_t output_limit = std::size_t{16} * 1024 * 1024; // beyond it PUBLISH is dropped
constexpr int events_a_turn = 256;

struct Connection;

/// Bytes that wait for their socket. Sent ones are only stepped over, so a backlog is never moved.
class Output {
public:
    void append(const char* data, std::size_t size) {
        if (end_ + size > capacity_) make_room(size);
        std::memcpy(data_.get() + end_, data, size);
        end_ += size;
    }

    void consume(std::size_t size) {
        begin_ += size;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    [[nodiscard]] const char* data() const { return data_.get() + begin_; }

    [[nodiscard]] std::size_t size() const { return end_ - begin_; }

private:
    void make_room(std::size_t size) {
        capacity_ = std::max(2 * (this->size() + size), std::size_t{512});
        std::unique_ptr<char[]> larger(new char[capacity_]);
        if (this->size() != 0) std::memcpy(larger.get(), data(), this->size());
        data_ = std::move(larger);
        end_ -= begin_;
        begin_ = 0;
    }

    std::unique_ptr<char[]> data_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

struct Topic {
    std::vector<Connection*> subscribers;
};

struct Connection {
    int fd = -1;
    bool v5 = false;
    bool dirty = false;
    bool waits_for_room = false;
    bool closed = false;
    std::vector<char> partial; // the beginning of a packet whose end has not come yet
    Output output;
    std::string last_topic; // a publisher mostly stays with one topic: saves the look-up
    Topic* last_target = nullptr;
    std::vector<std::string> filters;
};

struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

struct Frame {
    const char* data;
    std::size_t size;
    std::size_t header;
};

std::size_t two_bytes(const char* at) {
    return (std::size_t{static_cast<std::uint8_t>(at[0])} << 8U) |
           std::size_t{static_cast<std::uint8_t>(at[1])};
}

/// Reads a variable byte integer and moves `at` behind it.
std::size_t variable(const char*& at) {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<std::uint8_t>(*at++);
        value |= std::size_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) return value;
    }
}

/// The frame at the start of the input; size 0 when its end is missing.
Frame next_frame(const char* data, std::size_t size) {
    std::size_t length = 0;
    std::size_t header = 1;
    for (unsigned shift = 0; header < size && header < 5; shift += 7) {
        const auto byte = static_cast<std::uint8_t>(data[header++]);
        length |= std::size_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) {
            const std::size_t whole = header + length;
            return {data, whole <= size ? whole : 0, header};
        }
    }
    return {data, 0, header};
}

class Forwarder {
public:
    explicit Forwarder(std::uint16_t port);
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;
    ~Forwarder() = default; // the process ends with it

    [[noreturn]] void run();

private:
    void accept_all();
    void read_from(Connection& from);
    void handle(Connection& from, const Frame& frame);
    void connect(Connection& from, const Frame& frame);
    void subscribe(Connection& from, const Frame& frame);
    void unsubscribe(Connection& from, const Frame& frame);
    void publish(Connection& from, const Frame& frame);
    void remove_filter(Connection& from, std::string_view filter);
    void send(Connection& to, std::string_view bytes);
    void forward(Connection& to, const Frame& frame);
    void flush(Connection& to);
    void close(Connection& connection);

    int listener_;
    int epoll_;
    std::unordered_map<std::string, std::unique_ptr<Topic>, TextHash, std::equal_to<>> topics_;
    Topic everything_; // subscribers of "#"
    std::vector<Connection*> dirty_;
    std::vector<std::unique_ptr<Connection>> closed_; // freed at the end of the turn
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
    std::vector<char> input_ = std::vector<char>(largest_packet + read_size);
};

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "forwarder: error: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

Forwarder::Forwarder(std::uint16_t port)
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    , epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (listen(listener_, SOMAXCONN) != 0) fail("listen");
    socklen_t length = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    std::printf("forwarder listens on 127.0.0.1:%u\n", unsigned{ntohs(address.sin_port)});
    std::fflush(stdout);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
}

void Forwarder::run() {
    std::array<epoll_event, events_a_turn> events{};
    for (;;) {
        const int ready = epoll_wait(epoll_, events.data(), events_a_turn, -1);
        for (int i = 0; i < ready; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            auto* connection = static_cast<Connection*>(event.data.ptr);
            if (connection == nullptr) {
                accept_all();
                continue;
            }
            if (connection->closed) continue;
            if ((event.events & EPOLLOUT) != 0 && connection->waits_for_room) flush(*connection);
            if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) read_from(*connection);
        }
        // By index: flush() may close, which takes nothing out of dirty_.
        for (std::size_t i = 0; i < dirty_.size(); ++i) {
            dirty_[i]->dirty = false;
            if (!dirty_[i]->closed && !dirty_[i]->waits_for_room) flush(*dirty_[i]);
        }
        dirty_.clear();
        closed_.clear();
    }
}

void Forwarder::accept_all() {
    for (;;) {
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto connection = std::make_unique<Connection>();
        connection->fd = fd;
        epoll_event event{};
        event.events = EPOLLIN | EPOLLRDHUP | EPOLLET | EPOLLOUT;
        event.data.ptr = connection.get();
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
        connections_.emplace(fd, std::move(connection));
    }
}

// Edge-triggered: a read that does not fill the buffer has emptied the socket.
void Forwarder::read_from(Connection& from) {
    for (;;) {
        const std::size_t kept = from.partial.size();
        if (kept != 0) std::memcpy(input_.data(), from.partial.data(), kept);
        const auto received = recv(from.fd, input_.data() + kept, read_size, 0);
        if (received <= 0) {
            if (received == 0 || errno != EAGAIN) close(from);
            return;
        }
        const std::size_t size = kept + static_cast<std::size_t>(received);
        std::size_t used = 0;
        while (used < size) {
            const Frame frame = next_frame(input_.data() + used, size - used);
            if (frame.size == 0) break;
            handle(from, frame);
            if (from.closed) return;
            used += frame.size;
        }
        from.partial.assign(input_.data() + used, input_.data() + size);
        if (from.partial.size() > largest_packet) return close(from);
        if (static_cast<std::size_t>(received) < read_size) return;
    }
}

void Forwarder::handle(Connection& from, const Frame& frame) {
    switch (static_cast<std::uint8_t>(frame.data[0]) >> 4U) {
    case 3:
        return publish(from, frame);
    case 1:
        return connect(from, frame);
    case 8:
        return subscribe(from, frame);
    case 10:
        return unsubscribe(from, frame);
    case 12:
        return send(from, {"\xD0\x00", 2});
    default:
        return close(from); // DISCONNECT, and all that a forwarder has no answer to
    }
}

void Forwarder::connect(Connection& from, const Frame& frame) {
    from.v5 = frame.data[frame.header + 6] == 5;
    send(
        from,
        from.v5 ? std::string_view("\x20\x03\x00\x00\x00", 5)
                : std::string_view("\x20\x02\x00\x00", 4)
    );
}

void Forwarder::subscribe(Connection& from, const Frame& frame) {
    const char* at = frame.data + frame.header;
    const char* const end = frame.data + frame.size;
    std::string answer(at, 2);
    at += 2;
    if (from.v5) {
        const std::size_t properties = variable(at);
        at += properties;
        answer.push_back('\0');
    }
    while (at < end) {
        const std::size_t length = two_bytes(at);
        const std::string filter(at + 2, length);
        at += 2 + length + 1;
        answer.push_back('\0'); // granted QoS 0
        if (filter == "#") {
            everything_.subscribers.push_back(&from);
        } else {
            auto& topic = topics_[filter];
            if (!topic) topic = std::make_unique<Topic>();
            topic->subscribers.push_back(&from);
        }
        from.filters.push_back(filter);
    }
    std::string packet = "\x90";
    for (std::size_t left = answer.size(); left != 0 || packet.size() == 1; left >>= 7U) {
        packet.push_back(static_cast<char>((left & 0x7FU) | (left > 0x7FU ? 0x80U : 0U)));
    }
    send(from, packet + answer);
}

void Forwarder::unsubscribe(Connection& from, const Frame& frame) {
    const char* at = frame.data + frame.header;
    const char* const end = frame.data + frame.size;
    std::string answer(at, 2);
    at += 2;
    if (from.v5) {
        const std::size_t properties = variable(at);
        at += properties;
        answer.push_back('\0');
    }
    while (at < end) {
        const std::size_t length = two_bytes(at);
        remove_filter(from, {at + 2, length});
        at += 2 + length;
        if (from.v5) answer.push_back('\0');
    }
    send(from, std::string("\xB0") + static_cast<char>(answer.size() & 0x7FU) + answer);
}

void Forwarder::remove_filter(Connection& from, std::string_view filter) {
    if (filter == "#") {
        std::erase(everything_.subscribers, &from);
    } else if (const auto found = topics_.find(filter); found != topics_.end()) {
        std::erase(found->second->subscribers, &from);
    }
}

void Forwarder::publish(Connection& from, const Frame& frame) {
    const char* const body = frame.data + frame.header;
    const std::string_view name(body + 2, two_bytes(body));
    if (name != from.last_topic || from.last_target == nullptr) {
        auto found = topics_.find(name);
        if (found == topics_.end()) {
            found = topics_.emplace(name, std::make_unique<Topic>()).first;
        }
        from.last_topic = name;
        from.last_target = found->second.get();
    }
    for (Connection* to : from.last_target->subscribers) {
        forward(*to, frame);
    }
    for (Connection* to : everything_.subscribers) {
        forward(*to, frame);
    }
}

void Forwarder::forward(Connection& to, const Frame& frame) {
    if (to.output.size() < output_limit) send(to, {frame.data, frame.size});
}

void Forwarder::send(Connection& to, std::string_view bytes) {
    if (!to.dirty) {
        to.dirty = true;
        dirty_.push_back(&to);
    }
    to.output.append(bytes.data(), bytes.size());
}

void Forwarder::flush(Connection& to) {
    const auto sent = ::send(to.fd, to.output.data(), to.output.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close(to);
    to.output.consume(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    to.waits_for_room = to.output.size() != 0;
}

void Forwarder::close(Connection& connection) {
    connection.closed = true;
    for (const std::string& filter : connection.filters) {
        remove_filter(connection, filter);
    }
    ::close(connection.fd);
    const auto found = connections_.find(connection.fd);
    closed_.push_back(std::move(found->second));
    connections_.erase(found);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2 || std::atoi(argv[1]) < 0 || std::atoi(argv[1]) > 65535) {
        std::fputs("usage: forwarder PORT (0 = any; the port is printed)\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    Forwarder forwarder(static_cast<std::uint16_t>(std::atoi(argv[1])));
    forwarder.run();
}
