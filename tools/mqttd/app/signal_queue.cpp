#include "tools/mqttd/app/signal_queue.hpp"

#include "common/base/assert.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

namespace mqttd {

namespace {

constexpr int status_of_a_forced_end = 1;

volatile std::sig_atomic_t ending_since = 0; // seconds of the monotonic clock

std::time_t monotonic_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

void end_at_once(int) {
    if (monotonic_seconds() - ending_since < 2) return; // at least one whole second
    static constexpr char text[] = "mqttd: error: ended by a second signal before it was done\n";
    static_cast<void>(!::write(STDERR_FILENO, text, sizeof text - 1));
    ::_exit(status_of_a_forced_end);
}

sigset_t handled_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGRTMIN})
        ::sigaddset(&set, number);
    return set;
}

} // namespace

SignalQueue::SignalQueue() {
    const sigset_t set = handled_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN); // NOLINT(*-err33-c)
    fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    MIDGE_ASSERT(static_cast<bool>(fd_), "signalfd failed");
}

std::optional<int> SignalQueue::next(std::optional<std::chrono::milliseconds> wait) const {
    pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    const int timeout = wait ? static_cast<int>(wait->count()) : -1;
    if (::poll(&entry, 1, timeout) <= 0) return std::nullopt;
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
}

void SignalQueue::end_at_next_signal() {
    ending_since = static_cast<std::sig_atomic_t>(monotonic_seconds());

    struct sigaction action {};

    action.sa_handler = end_at_once;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGINT);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

} // namespace mqttd
