// The mail of one shard: many senders, one reader, first in first out, so that what one sender
// posts arrives in its order. The only place of the broker where threads meet on a lock; it is held
// for the length of a vector append. Any thread may post; the shard's thread takes.
#pragma once

#include "tools/mqttd/shard/mail.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace mqttd {

class Inbox {
public:
    /// Above this many, connections of other shards are not read until the reader has caught up.
    static constexpr std::size_t high_water = 16'384;

    /// wake: called without the lock when the inbox was empty before; from the thread that posts.
    void on_first_mail(std::function<void()> wake) { wake_ = std::move(wake); }

    /// Moves all of batch in and leaves it empty.
    void post(std::vector<Mail>& batch);
    void post(Mail mail);

    /// Everything that is there, in order, into an empty vector.
    void take(std::vector<Mail>& into);

    [[nodiscard]] bool is_full() const {
        return size_.load(std::memory_order_relaxed) > high_water;
    }

    [[nodiscard]] bool empty() const { return size_.load() == 0; }

private:
    std::mutex mutex_;
    std::vector<Mail> mail_;
    std::atomic<std::size_t> size_{0};
    std::function<void()> wake_;
};

} // namespace mqttd
