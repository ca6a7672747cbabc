// `log_dest syslog`: datagrams to the system's log socket, in the form that syslog(3) sends. Not
// syslog(3) itself, because that waits as long as the receiver does not read.
#pragma once

#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/logging/log_sink.hpp"

#include <string>

namespace mqttd {

class SyslogSink final : public LogSink {
public:
    static constexpr const char* system_socket = "/dev/log";

    /// facility: 0..7 for local0..local7, -1 for daemon. Connects when the first line comes, and
    /// again when the receiver was started anew.
    explicit SyslogSink(int facility, std::string socket_path = system_socket);

    void write(const LogLine& line) override;
    [[nodiscard]] std::size_t flush() override;

private:
    [[nodiscard]] bool connect();
    [[nodiscard]] bool send(const std::string& datagram);
    [[nodiscard]] bool wait_until_writable();

    std::string socket_path_;
    int facility_;
    TimestampFormat timestamp_;
    net::FileDescriptor socket_;
    std::size_t lost_ = 0;
    bool stuck_ = false; ///< it was full the last time
};

} // namespace mqttd
