// One or two threads that hash passwords, with a queue of limited size. Sources (addresses) take
// turns, so that a flood from one of them holds up its own logins and hardly those of others. The
// threads run with a lower priority than the shards. Any thread may submit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace mqttd {

class HashPool {
public:
    struct Limits {
        std::size_t waiting = 256;
        std::size_t waiting_of_one_source = 64;
    };

    using Work = std::function<void()>;

    HashPool() = default;

    explicit HashPool(const Limits& limits) : limits_(limits) {}

    HashPool(const HashPool&) = delete;
    HashPool& operator=(const HashPool&) = delete;
    ~HashPool();

    /// One on small machines, two on others.
    [[nodiscard]] static unsigned usual_threads();

    /// Does nothing when they run already.
    void start(unsigned threads = usual_threads());
    /// Finishes what has begun and drops what waits. Blocks.
    void stop();

    /// False: too much waits already, and work was not taken.
    [[nodiscard]] bool submit(const std::string& source, Work work);

    [[nodiscard]] std::size_t waiting() const;

private:
    struct Source {
        std::string name;
        std::deque<Work> work; ///< never empty
    };

    using Sources = std::list<Source>;

    void run();
    [[nodiscard]] Work next();

    const Limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable news_;
    Sources turns_; ///< the front is served next
    std::unordered_map<std::string, Sources::iterator> by_name_;
    std::size_t waiting_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace mqttd
