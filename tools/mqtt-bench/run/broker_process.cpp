#include "tools/mqtt-bench/run/broker_process.hpp"

#include "tools/mqtt-bench/load/fleet.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace bench {

namespace {

constexpr std::chrono::seconds start_limit(10);
constexpr std::chrono::seconds end_limit(5);
constexpr std::chrono::milliseconds look_interval(10);
constexpr int exec_failed = 127;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::uint16_t free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(fd);
    if (!bound) throw RunError("no free port");
    return ntohs(address.sin_port);
}

bool listens(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool connected =
        connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

/// In the child; only calls that are safe there.
[[noreturn]] void become(const char* command, bool pinned) {
    setpgid(0, 0);
    if (pinned) {
        cpu_set_t first;
        CPU_ZERO(&first);
        CPU_SET(0, &first);
        sched_setaffinity(0, sizeof first, &first);
    }
    const int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", command, nullptr);
    _exit(exec_failed);
}

} // namespace

std::string with_port(const std::string& command, std::uint16_t port) {
    constexpr std::string_view mark = "{port}";
    std::string text = command;
    auto at = text.find(mark);
    if (at == std::string::npos) {
        throw std::invalid_argument(
            "the command of a broker needs {port} (got \"" + command + "\")"
        );
    }
    for (; at != std::string::npos; at = text.find(mark, at)) {
        text.replace(at, mark.size(), std::to_string(port));
    }
    return text;
}

void pin_load() {
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) return;
    if (CPU_COUNT(&cpus) > 1) CPU_CLR(0, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
}

BrokerProcess::BrokerProcess(const std::string& command, bool pinned) : port_(free_port()) {
    // exec: the process is the broker itself, not a shell that waits for it.
    start("exec " + with_port(command, port_), pinned);
    wait_until_it_listens(command);
}

void BrokerProcess::start(const std::string& command, bool pinned) {
    pid_ = fork();
    if (pid_ < 0) throw RunError("cannot start another process");
    if (pid_ == 0) become(command.c_str(), pinned);
}

// NOLINTNEXTLINE(readability-make-member-function-const): it ends the process that does not listen
void BrokerProcess::wait_until_it_listens(const std::string& command) {
    const auto until = std::chrono::steady_clock::now() + start_limit;
    while (!listens(port_)) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            throw RunError(
                "the broker ended at once (\"" + command + "\")", "try the command by hand"
            );
        }
        if (std::chrono::steady_clock::now() > until) {
            kill(-pid_, SIGKILL);
            waitpid(pid_, &status, 0);
            throw RunError(
                "the broker does not listen (\"" + command + "\")", "is {port} its MQTT port?"
            );
        }
        std::this_thread::sleep_for(look_interval);
    }
}

BrokerProcess::~BrokerProcess() {
    const auto until = std::chrono::steady_clock::now() + end_limit;
    int status = 0;
    kill(pid_, SIGTERM);
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > until) {
            kill(-pid_, SIGKILL);
            waitpid(pid_, &status, 0);
            return;
        }
        std::this_thread::sleep_for(look_interval);
    }
}

} // namespace bench
