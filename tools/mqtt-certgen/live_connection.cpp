#include "tools/mqtt-certgen/live_connection.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace mqtt_certgen {

namespace {

using crypto::TlsProbe;

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::string reason(int error) {
    return std::generic_category().message(error);
}

/// Whether it is ready before the deadline.
bool is_ready(int socket, short events, LiveConnection::Deadline deadline) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now()
        );
        pollfd wanted{.fd = socket, .events = events, .revents = 0};
        const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<long>(left.count(), 0)));
        if (ready >= 0 || errno != EINTR) return ready > 0;
    }
}

/// 0 or errno.
int finish_connect(int socket, const addrinfo& address, LiveConnection::Deadline deadline) {
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!is_ready(socket, POLLOUT, deadline)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

int connect_to(const std::string& host, std::uint16_t port, LiveConnection::Deadline deadline) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list);
    if (failed != 0) {
        throw ConnectionFailure(
            "the address cannot be found: " + std::string(::gai_strerror(failed))
        );
    }
    const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
    int error = 0;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        const int kind = each->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
        const int socket = ::socket(each->ai_family, kind, each->ai_protocol);
        if (socket < 0) {
            error = errno;
            continue;
        }
        error = finish_connect(socket, *each, deadline);
        if (error == 0) return socket;
        ::close(socket);
    }
    throw ConnectionFailure("cannot connect: " + reason(error));
}

} // namespace

LiveConnection::LiveConnection(
    const std::string& host,
    std::uint16_t port,
    const crypto::TlsProbeSettings& settings,
    Deadline deadline
)
    : socket_(connect_to(host, port, deadline)), deadline_(deadline) {
    try {
        tls_.emplace(socket_, settings);
        TlsProbe::Step step = tls_->shake_hands();
        while (step != TlsProbe::Step::done) {
            wait(step, "the TLS handshake");
            step = tls_->shake_hands();
        }
    } catch (...) {
        ::close(socket_);
        throw;
    }
}

LiveConnection::~LiveConnection() {
    ::close(socket_);
}

void LiveConnection::wait(TlsProbe::Step step, const std::string& what) {
    switch (step) {
    case TlsProbe::Step::closed:
        throw ConnectionFailure(what + " ended: the server has closed the connection");
    case TlsProbe::Step::failed:
        throw ConnectionFailure(what + " failed: " + tls_->error());
    case TlsProbe::Step::wants_read:
    case TlsProbe::Step::wants_write:
    case TlsProbe::Step::done:
        break;
    }
    const short events = step == TlsProbe::Step::wants_write ? POLLOUT : POLLIN;
    if (!is_ready(socket_, events, deadline_)) throw ConnectionFailure(what + " took too long");
}

void LiveConnection::send(base::Bytes bytes) {
    while (!bytes.empty()) {
        const TlsProbe::Step step = tls_->write(bytes);
        if (step != TlsProbe::Step::done) wait(step, "the connection");
    }
}

void LiveConnection::receive(base::ByteBuffer& out) {
    const std::size_t before = out.size();
    while (out.size() == before) {
        const TlsProbe::Step step = tls_->read(out);
        if (step != TlsProbe::Step::done) wait(step, "the connection");
    }
}

} // namespace mqtt_certgen
