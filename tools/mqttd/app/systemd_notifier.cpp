#include "tools/mqttd/app/systemd_notifier.hpp"

#include "common/net/file_descriptor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace mqttd {

namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
}

std::optional<long long> number(std::string_view text) {
    long long value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
}

} // namespace

SystemdNotifier::SystemdNotifier(
    std::string socket, std::optional<std::chrono::microseconds> watchdog
)
    : socket_(std::move(socket)), watchdog_(watchdog) {}

SystemdNotifier SystemdNotifier::from_environment() {
    std::optional<std::chrono::microseconds> watchdog;
    const std::string_view process = environment("WATCHDOG_PID");
    const bool for_us = process.empty() || number(process) == static_cast<long long>(::getpid());
    const auto interval = number(environment("WATCHDOG_USEC"));
    if (for_us && interval && *interval > 0) watchdog = std::chrono::microseconds(*interval);
    return SystemdNotifier(std::string(environment("NOTIFY_SOCKET")), watchdog);
}

void SystemdNotifier::ready() const {
    send("READY=1\nMAINPID=" + std::to_string(::getpid()));
}

void SystemdNotifier::reloading(std::chrono::microseconds now) const {
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

void SystemdNotifier::stopping() const {
    send("STOPPING=1");
}

void SystemdNotifier::alive() const {
    send("WATCHDOG=1");
}

std::optional<std::chrono::milliseconds> SystemdNotifier::alive_interval() const {
    if (socket_.empty() || !watchdog_) return std::nullopt;
    const auto half = std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog_ / 2);
    return std::max(half, std::chrono::milliseconds(1));
}

/// A manager that does not listen is no reason to stop.
void SystemdNotifier::send(std::string_view text) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') address.sun_path[0] = '\0';
    const net::FileDescriptor fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    static_cast<void>(
        ::sendto(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT, generic, length)
    );
}

} // namespace mqttd
