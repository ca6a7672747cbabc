// A broker that we start ourselves for a comparison: a command of the shell with {port} in it, on a
// free port of this machine, ended by its process id. Used by one thread, which owns it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace bench {

class BrokerProcess {
public:
    /// Starts it, on CPU 0 alone when pinned, and waits until it accepts connections; its output
    /// goes nowhere. Throws RunError when it ends or does not listen within ten seconds.
    BrokerProcess(const std::string& command, bool pinned);
    BrokerProcess(const BrokerProcess&) = delete;
    BrokerProcess& operator=(const BrokerProcess&) = delete;
    ~BrokerProcess();

    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    void start(const std::string& command, bool pinned);
    void wait_until_it_listens(const std::string& command);

    pid_t pid_ = -1;
    std::uint16_t port_ = 0;
};

/// The command with the port in place of each {port}. Throws std::invalid_argument when there is
/// none.
[[nodiscard]] std::string with_port(const std::string& command, std::uint16_t port);

/// Keeps the calling thread, and those it starts, away from CPU 0, or on it when there is no other.
void pin_load();

} // namespace bench
