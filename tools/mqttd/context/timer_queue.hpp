// The timers of one shard: a binary heap of pointers into the objects that own them, so that
// setting, moving and cancelling cost O(log n) and a destroyed owner leaves nothing behind.
// Sans-io: the loop asks next() and calls fire().
#pragma once

#include "common/base/clock.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace mqttd {

class TimerQueue;

/// One deadline of one owner. Cancels itself when destroyed. Not movable: the queue points to it.
class Timer {
public:
    /// Called when the deadline has passed; the timer is unset by then and may be set again.
    class Handler {
    public:
        virtual void on_timer(Timer& timer, base::SteadyTime now) = 0;

    protected:
        Handler() = default;
        Handler(const Handler&) = default;
        Handler& operator=(const Handler&) = default;
        ~Handler() = default;
    };

    explicit Timer(Handler& handler) : handler_(&handler) {}

    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer();

    [[nodiscard]] bool is_set() const { return queue_ != nullptr; }

private:
    friend class TimerQueue;

    Handler* handler_;
    TimerQueue* queue_ = nullptr;
    std::uint32_t index_ = 0;
};

class TimerQueue {
public:
    TimerQueue() = default;
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;
    ~TimerQueue();

    /// Sets or moves the deadline.
    void set(Timer& timer, base::SteadyTime deadline);
    void cancel(Timer& timer);

    /// The earliest deadline; SteadyTime::max() when there is none.
    [[nodiscard]] base::SteadyTime next() const {
        return heap_.empty() ? base::SteadyTime::max() : heap_.front().deadline;
    }

    /// Calls the handlers of deadlines up to now, earliest first and at most so many: when very
    /// many are due at once, the clients get their turn in between.
    void fire(base::SteadyTime now, std::size_t most);

    [[nodiscard]] std::size_t size() const { return heap_.size(); }

private:
    struct Entry {
        base::SteadyTime deadline;
        Timer* timer;
    };

    void place(std::size_t index, Entry entry);
    void sift_up(std::size_t index, Entry entry);
    void sift_down(std::size_t index, Entry entry);

    std::vector<Entry> heap_;
};

} // namespace mqttd
