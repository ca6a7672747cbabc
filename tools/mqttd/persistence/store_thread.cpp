#include "tools/mqttd/persistence/store_thread.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace mqttd {

namespace {

/// Without work, before a slice of housekeeping.
constexpr std::chrono::milliseconds quiet_time{50};

} // namespace

StoreThread::StoreThread(Committer& committer, CommitQueue& queue, const base::Clock& clock)
    : committer_(committer), queue_(queue), clock_(clock) {
    queue_.on_first_group([this] { wake(); });
}

StoreThread::~StoreThread() {
    stop();
}

void StoreThread::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "store");
}

void StoreThread::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_one();
    thread_.join();
}

void StoreThread::wake() {
    {
        const std::lock_guard lock(mutex_);
        has_work_ = true;
    }
    woken_.notify_one();
}

void StoreThread::run() {
    bool is_tidy = false;
    while (true) {
        if (committer_.step(times())) {
            is_tidy = false;
            continue;
        }
        std::unique_lock lock(mutex_);
        const auto ready = [this] {
            return has_work_ || stopping_;
        };
        bool woken = true;
        if (const auto next = committer_.next_attempt()) {
            woken_.wait_until(lock, *next, ready);
        } else if (is_tidy) {
            woken_.wait(lock, ready);
        } else {
            woken = woken_.wait_for(lock, quiet_time, ready);
        }
        if (stopping_ && !std::exchange(has_work_, false)) return;
        has_work_ = false;
        lock.unlock();
        if (!woken) is_tidy = !committer_.tidy();
    }
}

} // namespace mqttd
