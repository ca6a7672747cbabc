#include "tools/mqttd/auth/hash_pool.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace mqttd {

namespace {

constexpr unsigned few_cores = 2;
constexpr int niceness = 10;

} // namespace

HashPool::~HashPool() {
    stop();
}

unsigned HashPool::usual_threads() {
    return std::thread::hardware_concurrency() <= few_cores ? 1 : 2;
}

void HashPool::start(unsigned threads) {
    if (!threads_.empty()) return;
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { run(); });
        pthread_setname_np(threads_.back().native_handle(), "hash");
    }
}

void HashPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        turns_.clear();
        by_name_.clear();
        waiting_ = 0;
    }
    news_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
}

bool HashPool::submit(const std::string& source, Work work) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || waiting_ >= limits_.waiting) return false;
        const auto known = by_name_.find(source);
        if (known == by_name_.end()) {
            turns_.push_back({source, {}});
            turns_.back().work.push_back(std::move(work));
            by_name_.emplace(source, std::prev(turns_.end()));
        } else {
            std::deque<Work>& queue = known->second->work;
            if (queue.size() >= limits_.waiting_of_one_source) return false;
            queue.push_back(std::move(work));
        }
        ++waiting_;
    }
    news_.notify_one();
    return true;
}

std::size_t HashPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

/// Empty when the pool stops.
HashPool::Work HashPool::next() {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return stopping_ || waiting_ > 0; });
    if (stopping_) return {};
    const auto turn = turns_.begin();
    Work work = std::move(turn->work.front());
    turn->work.pop_front();
    --waiting_;
    if (turn->work.empty()) {
        by_name_.erase(turn->name);
        turns_.erase(turn);
    } else {
        turns_.splice(turns_.end(), turns_, turn);
    }
    return work;
}

void HashPool::run() {
    // On Linux the priority belongs to the thread.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
    while (const Work work = next())
        work();
}

} // namespace mqttd
