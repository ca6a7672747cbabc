#include "tools/mqttd/app/signal_queue.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace mqttd {

namespace {

using std::chrono::milliseconds;

/// Restores what the queue changes for the whole process.
class SignalQueueTest : public testing::Test {
protected:
    SignalQueueTest() { ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); }

    ~SignalQueueTest() override {
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        ::signal(SIGPIPE, SIG_DFL);
    }

private:
    sigset_t mask_{};
};

TEST_F(SignalQueueTest, signals_wait_to_be_read) {
    const SignalQueue queue;
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGRTMIN}) {
        ::kill(::getpid(), number);
        EXPECT_EQ(queue.next(std::nullopt), number);
    }
}

TEST_F(SignalQueueTest, the_wait_has_an_end) {
    const SignalQueue queue;
    EXPECT_EQ(queue.next(milliseconds(0)), std::nullopt);
}

TEST_F(SignalQueueTest, a_closed_pipe_does_not_end_the_process) {
    const SignalQueue queue;
    ::raise(SIGPIPE);
    EXPECT_EQ(queue.next(milliseconds(0)), std::nullopt);
}

TEST_F(SignalQueueTest, a_signal_sent_twice_at_once_does_not_end_the_process) {
    const SignalQueue queue;
    ::raise(SIGTERM);
    EXPECT_EQ(queue.next(std::nullopt), SIGTERM);
    SignalQueue::end_at_next_signal();
    ::raise(SIGTERM);
    ::raise(SIGINT);
    EXPECT_EQ(queue.next(milliseconds(0)), std::nullopt) << "they are no longer read";
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
}

} // namespace

} // namespace mqttd
