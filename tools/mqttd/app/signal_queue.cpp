#include "tools/mqttd/app/signal_queue.hpp"

#include "common/base/assert.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace mqttd {

namespace {

constexpr int status_of_a_forced_end = 1;

constexpr std::int64_t double_signal_milliseconds = 1000;

std::atomic<std::int64_t> ending_since{0}; // milliseconds of the monotonic clock
static_assert(decltype(ending_since)::is_always_lock_free, "a signal handler reads it");

std::int64_t monotonic_milliseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void end_at_once(int) {
    if (monotonic_milliseconds() - ending_since < double_signal_milliseconds) return;
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
    ::signal(SIGXFSZ, SIG_IGN); // NOLINT(*-err33-c): the write that is too much fails instead
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
    ending_since = monotonic_milliseconds();

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
