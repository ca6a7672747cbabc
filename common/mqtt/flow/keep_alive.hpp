// How long a server waits for a client's next packet. A value: arithmetic only, no clock; the owner
// of the timers asks it. [MQTT-3.1.2-22]
#pragma once

#include <chrono>

namespace mqtt::flow {

class KeepAlive {
public:
    /// interval: Keep Alive of CONNECT, or Server Keep Alive of CONNACK; 0 = off.
    explicit KeepAlive(std::chrono::seconds interval) : interval_{interval} {}

    [[nodiscard]] std::chrono::seconds interval() const { return interval_; }

    /// One and a half times the interval; 0 = no limit. [MQTT-3.1.2-22]
    [[nodiscard]] std::chrono::milliseconds server_timeout() const {
        return std::chrono::milliseconds{interval_} * 3 / 2;
    }

private:
    std::chrono::seconds interval_;
};

} // namespace mqtt::flow
