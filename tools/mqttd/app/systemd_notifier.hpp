// Tells a service manager how the daemon is, by datagrams to $NOTIFY_SOCKET as sd_notify(3) sends
// them; does nothing without one. Main thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

class SystemdNotifier {
public:
    /// socket: a path, or '@' and an abstract name; empty: nobody to tell. watchdog: how often a
    /// sign of life is expected.
    explicit SystemdNotifier(
        std::string socket, std::optional<std::chrono::microseconds> watchdog = std::nullopt
    );

    /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    [[nodiscard]] static SystemdNotifier from_environment();

    void ready() const;
    /// now: of CLOCK_MONOTONIC, as systemd wants it.
    void reloading(std::chrono::microseconds now) const;
    void stopping() const;
    void alive() const;

    /// How often alive() is due: half of what the manager asked for. nullopt: never.
    [[nodiscard]] std::optional<std::chrono::milliseconds> alive_interval() const;

private:
    void send(std::string_view text) const;

    std::string socket_;
    std::optional<std::chrono::microseconds> watchdog_;
};

} // namespace mqttd
