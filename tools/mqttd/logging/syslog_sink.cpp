#include "tools/mqttd/logging/syslog_sink.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mqttd {

namespace {

constexpr int patience_milliseconds = 1000;

int facility_code(int facility) {
    return facility < 0 ? LOG_DAEMON : LOG_LOCAL0 + facility * (LOG_LOCAL1 - LOG_LOCAL0);
}

int priority_of(base::LogLevel level) {
    switch (level) {
    case base::LogLevel::error:
        return LOG_ERR;
    case base::LogLevel::warning:
        return LOG_WARNING;
    case base::LogLevel::notice:
    case base::LogLevel::subscribe:
    case base::LogLevel::unsubscribe:
        return LOG_NOTICE;
    case base::LogLevel::information:
        return LOG_INFO;
    default:
        return LOG_DEBUG;
    }
}

} // namespace

SyslogSink::SyslogSink(int facility, std::string socket_path)
    : socket_path_(std::move(socket_path))
    , facility_(facility_code(facility))
    , timestamp_(true, "%b %e %H:%M:%S mqttd[" + std::to_string(::getpid()) + "]") {}

void SyslogSink::write(const LogLine& line) {
    std::string datagram = '<' + std::to_string(facility_ + priority_of(line.level)) + '>';
    datagram += timestamp_.prefix(line.when);
    datagram += level_prefix(line.level);
    datagram += line.text;
    if (!send(datagram)) ++lost_;
}

std::size_t SyslogSink::flush() {
    return std::exchange(lost_, 0);
}

bool SyslogSink::connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path_.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, socket_path_.c_str(), socket_path_.size() + 1);
    net::FileDescriptor fresh(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fresh) return false;
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fresh.get(), generic, sizeof address) != 0) return false;
    socket_ = std::move(fresh);
    stuck_ = false;
    return true;
}

/// A receiver that went away is looked for once more; a full one gets a second.
bool SyslogSink::send(const std::string& datagram) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!socket_ && !connect()) return false;
        if (::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL) >= 0) {
            stuck_ = false;
            return true;
        }
        if (errno == EAGAIN || errno == ENOBUFS) {
            if (!wait_until_writable()) return false;
        } else {
            socket_.reset();
        }
    }
    return false;
}

bool SyslogSink::wait_until_writable() {
    pollfd entry{.fd = socket_.get(), .events = POLLOUT, .revents = 0};
    stuck_ = ::poll(&entry, 1, stuck_ ? 0 : patience_milliseconds) <= 0;
    return !stuck_;
}

} // namespace mqttd
