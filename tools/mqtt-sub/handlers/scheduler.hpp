// Which job may run now: in what order, how many at a time, how fast, and when one that failed is
// tried again. One for each rule. Sans-io: time is an argument; knows jobs by number and topic
// only.
#pragma once

#include "common/base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sub {

enum class Order : std::uint8_t {
    none,   ///< one that waits for another attempt lets the others pass
    topic,  ///< the messages of one topic one after the other
    global, ///< all messages one after the other
};

struct SchedulerLimits {
    Order order = Order::none;
    std::size_t jobs = 1;      ///< at a time
    std::uint32_t rate = 0;    ///< starts in a second; 0: any number
    std::uint32_t breaker = 0; ///< failures in a row after which nothing starts; 0: never
    std::chrono::milliseconds breaker_pause{60'000}; ///< for so long; then one is tried
};

using JobNumber = std::uint64_t;

class Scheduler {
public:
    explicit Scheduler(const SchedulerLimits& limits) : limits_(limits) {}

    void set_limits(const SchedulerLimits& limits) { limits_ = limits; }

    void add(JobNumber job, std::string_view topic);

    /// One that may start now; it is running then. nullopt: none.
    [[nodiscard]] std::optional<JobNumber> next(base::SteadyTime now);

    /// A running one failed and is tried again at that time, at its old place.
    void retry(JobNumber job, base::SteadyTime at);
    /// A running or waiting one is over. succeeded: for the breaker.
    void finish(JobNumber job, bool succeeded, base::SteadyTime now);
    /// A running one failed in a way that says something about the handler.
    void note_failure(base::SteadyTime now);

    /// When next() may have another answer than now; nullopt: not because of time.
    [[nodiscard]] std::optional<base::SteadyTime> next_time(base::SteadyTime now) const;

    /// The oldest that is not running; nullopt: there is none.
    [[nodiscard]] std::optional<JobNumber> oldest_waiting() const;

    [[nodiscard]] std::size_t size() const { return jobs_.size(); }

    [[nodiscard]] std::size_t running() const { return running_; }

    [[nodiscard]] bool is_open() const { return open_until_ != base::SteadyTime{}; }

private:
    struct Job {
        JobNumber number = 0;
        std::string topic;
        base::SteadyTime not_before{};
        bool running = false;
    };

    /// What of time keeps anything from starting; the epoch: nothing.
    [[nodiscard]] base::SteadyTime held_until(base::SteadyTime now) const;

    SchedulerLimits limits_;
    std::list<Job> jobs_; ///< as they came
    std::map<JobNumber, std::list<Job>::iterator> by_number_;
    std::size_t running_ = 0;
    std::uint32_t failures_in_a_row_ = 0;
    base::SteadyTime open_until_{}; ///< the breaker; the epoch: closed
    base::SteadyTime second_began_{};
    std::uint32_t started_in_second_ = 0;
};

} // namespace mqtt_sub
