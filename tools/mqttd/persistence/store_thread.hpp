// The thread that commits. No timer: while one commit runs, what the shards post meanwhile becomes
// the next one. Owned by Broker, started before the shards and stopped after them.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqttd/persistence/committer.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace mqttd {

class StoreThread {
public:
    /// All outlive it.
    StoreThread(Committer& committer, CommitQueue& queue, const base::Clock& clock);
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;
    ~StoreThread();

    void start();
    /// Commits what has been posted, then ends the thread. Blocks.
    void stop();

private:
    void run();
    void wake();

    [[nodiscard]] StoreTimes times() const { return {clock_.now(), clock_.wall_now()}; }

    Committer& committer_;
    CommitQueue& queue_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool has_work_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace mqttd
