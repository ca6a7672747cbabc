// The thread that commits. No timer: while one commit runs, what the shards post meanwhile becomes
// the next one. Owned by Broker, started before the shards and stopped after them.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqttd/persistence/committer.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mqttd {

class StoreThread {
public:
    /// All outlive it.
    StoreThread(Store& store, Committer& committer, CommitQueue& queue, const base::Clock& clock);
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;
    ~StoreThread();

    void start();
    /// Commits what has been posted, then ends the thread. Blocks.
    void stop();

    using Done = std::function<void(StoreResult<void>)>;

    /// Has the store copied between its commits. done is called once, on the store thread or on
    /// this one; an error when another copy is under way or the thread does not run. Any thread.
    void back_up(std::string path, Done done);

private:
    struct Backup {
        std::string path;
        Done done;
        bool begun = false;
    };

    void run();
    void wake();
    [[nodiscard]] bool step_backup();
    void end_backup(StoreResult<void> result);
    [[nodiscard]] StoreResult<bool> copy_slice(const std::string& path, bool begun);

    [[nodiscard]] StoreTimes times() const { return {clock_.now(), clock_.wall_now()}; }

    Store& store_;
    Committer& committer_;
    CommitQueue& queue_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool has_work_ = false;
    bool stopping_ = false;
    bool running_ = false;
    std::optional<Backup> backup_;
    std::thread thread_;
};

} // namespace mqttd
