#include "tools/mqttd/persistence/store_thread.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace mqttd {

namespace {

/// Without work, before a slice of housekeeping.
constexpr std::chrono::milliseconds quiet_time{50};

} // namespace

StoreThread::StoreThread(
    Store& store, Committer& committer, CommitQueue& queue, const base::Clock& clock
)
    : store_(store), committer_(committer), queue_(queue), clock_(clock) {
    queue_.on_first_group([this] { wake(); });
}

StoreThread::~StoreThread() {
    stop();
}

void StoreThread::start() {
    running_ = true;
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
    end_backup(StoreError{StoreFault::other, "mqttd stops before the copy is complete"});
}

void StoreThread::back_up(std::string path, Done done) {
    const char* why_not = "the store is not in use yet, or not any more";
    {
        const std::lock_guard lock(mutex_);
        if (backup_) {
            why_not = "another copy of the store is being made; wait until it is complete";
        } else if (running_ && !stopping_) {
            backup_ = Backup{std::move(path), std::move(done)};
            has_work_ = true;
            woken_.notify_one();
            return;
        }
    }
    done(StoreError{StoreFault::other, why_not});
}

/// One slice of a copy, if one is to be made. False: there is nothing to do.
bool StoreThread::step_backup() {
    std::string path;
    bool begun = false;
    {
        const std::lock_guard lock(mutex_);
        if (!backup_ || stopping_) return false;
        path = backup_->path;
        begun = std::exchange(backup_->begun, true);
    }
    const auto more = copy_slice(path, begun);
    if (more.has_error()) {
        end_backup(more.error());
    } else if (!*more) {
        end_backup({});
    }
    return true;
}

StoreResult<bool> StoreThread::copy_slice(const std::string& path, bool begun) {
    if (begun) return store_.backup_step();
    const auto result = store_.begin_backup(path, OldBackup::keep);
    if (result.has_error()) return result.error();
    return true;
}

void StoreThread::end_backup(StoreResult<void> result) {
    std::optional<Backup> ended;
    {
        const std::lock_guard lock(mutex_);
        ended.swap(backup_);
    }
    if (ended) ended->done(std::move(result));
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
        const bool committed = committer_.step(times());
        if (committed) is_tidy = false;
        if (step_backup() || committed) continue;
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
