#include "tools/mqttd/persistence/store_thread.hpp"

#include <pthread.h>

#include <utility>

namespace mqttd {

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
    while (true) {
        if (committer_.step(times())) continue;
        std::unique_lock lock(mutex_);
        const auto ready = [this] {
            return has_work_ || stopping_;
        };
        if (const auto next = committer_.next_attempt()) {
            woken_.wait_until(lock, *next, ready);
        } else {
            woken_.wait(lock, ready);
        }
        if (stopping_ && !std::exchange(has_work_, false)) return;
        has_work_ = false;
    }
}

} // namespace mqttd
