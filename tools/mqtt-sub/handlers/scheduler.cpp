#include "tools/mqtt-sub/handlers/scheduler.hpp"

#include <algorithm>
#include <set>

namespace mqtt_sub {

using base::SteadyTime;

void Scheduler::add(JobNumber job, std::string_view topic) {
    jobs_.push_back({.number = job, .topic = std::string(topic)});
    by_number_.emplace(job, std::prev(jobs_.end()));
}

SteadyTime Scheduler::held_until(SteadyTime now) const {
    SteadyTime until{};
    if (now < open_until_) until = open_until_;
    const SteadyTime next_second = second_began_ + std::chrono::seconds(1);
    if (limits_.rate > 0 && started_in_second_ >= limits_.rate && now < next_second)
        until = std::max(until, next_second);
    return until;
}

std::optional<JobNumber> Scheduler::next(SteadyTime now) {
    // After a pause of the breaker one job has to succeed before more start.
    const std::size_t most = is_open() ? 1 : limits_.jobs;
    if (running_ >= most || held_until(now) > now) return std::nullopt;
    std::set<std::string_view> taken; // topics whose turn an earlier job has
    for (Job& job : jobs_) {
        const bool has_turn = limits_.order != Order::topic || taken.insert(job.topic).second;
        if (!job.running && has_turn && job.not_before <= now) {
            job.running = true;
            ++running_;
            if (now >= second_began_ + std::chrono::seconds(1)) {
                second_began_ = now;
                started_in_second_ = 0;
            }
            ++started_in_second_;
            return job.number;
        }
        if (limits_.order == Order::global) return std::nullopt;
    }
    return std::nullopt;
}

void Scheduler::retry(JobNumber job, SteadyTime at) {
    const auto found = by_number_.find(job);
    if (found == by_number_.end()) return;
    if (found->second->running) --running_;
    found->second->running = false;
    found->second->not_before = at;
}

void Scheduler::note_failure(SteadyTime now) {
    ++failures_in_a_row_;
    if (limits_.breaker == 0 || failures_in_a_row_ < limits_.breaker) return;
    open_until_ = now + limits_.breaker_pause;
}

void Scheduler::finish(JobNumber job, bool succeeded, SteadyTime now) {
    const auto found = by_number_.find(job);
    if (found == by_number_.end()) return;
    if (found->second->running) --running_;
    jobs_.erase(found->second);
    by_number_.erase(found);
    if (succeeded) {
        failures_in_a_row_ = 0;
        open_until_ = {};
    } else {
        note_failure(now);
    }
}

std::optional<SteadyTime> Scheduler::next_time(SteadyTime now) const {
    std::optional<SteadyTime> earliest;
    std::set<std::string_view> taken;
    for (const Job& job : jobs_) {
        const bool has_turn = limits_.order != Order::topic || taken.insert(job.topic).second;
        if (!job.running && has_turn && (!earliest || job.not_before < *earliest))
            earliest = job.not_before;
        if (limits_.order == Order::global) break;
    }
    if (!earliest) return std::nullopt;
    const SteadyTime time = std::max(*earliest, held_until(now));
    return time > now ? std::optional(time) : std::nullopt;
}

std::optional<JobNumber> Scheduler::oldest_waiting() const {
    for (const Job& job : jobs_) {
        if (!job.running) return job.number;
    }
    return std::nullopt;
}

} // namespace mqtt_sub
