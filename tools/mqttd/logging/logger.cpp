#include "tools/mqttd/logging/logger.hpp"

#include "tools/mqttd/config/log_words.hpp"

#include <pthread.h>

#include <utility>

namespace mqttd {

namespace {

constexpr std::chrono::milliseconds report_interval{1000};

} // namespace

Logger::Logger(const base::Clock& clock, QueueLimits limits)
    : clock_(clock), limits_(limits), writer_([this] { run(); }) {
    pthread_setname_np(writer_.native_handle(), "log");
}

Logger::~Logger() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        work_.notify_one();
    }
    writer_.join();
}

bool Logger::enabled(base::LogLevel level) const {
    return (types_.load(std::memory_order_relaxed) & base::log_bit(level)) != 0;
}

void Logger::write(base::LogLevel level, std::string line) {
    if (!enabled(level)) return;
    line = one_line(std::move(line), limits_.line_bytes);
    const std::lock_guard lock(mutex_);
    if (!rate_limit_.admit(level, clock_.now())) {
        work_.notify_one();
    } else if (has_room(line.size())) {
        push(level, std::move(line));
    } else {
        ++lost_.queue_full;
    }
}

bool Logger::write_patiently(
    base::LogLevel level, std::string line, std::chrono::milliseconds wait
) {
    if (!enabled(level)) return true;
    line = one_line(std::move(line), limits_.line_bytes);
    std::unique_lock lock(mutex_);
    const bool room = progress_.wait_for(lock, wait, [&] { return has_room(line.size()); });
    if (room) {
        push(level, std::move(line));
    } else {
        ++lost_.queue_full;
    }
    return room;
}

void Logger::use(Settings settings, LogSinks sinks) {
    {
        const std::lock_guard sinks_lock(sinks_mutex_);
        sinks_ = std::move(sinks);
    }
    const std::lock_guard lock(mutex_);
    rate_limit_.set_lines_per_second(settings.lines_per_second);
    types_.store(settings.types, std::memory_order_relaxed);
}

void Logger::publish_through(std::unique_ptr<LogSink> topics) {
    const std::lock_guard sinks_lock(sinks_mutex_);
    topics_ = std::move(topics);
}

void Logger::reopen() {
    std::vector<std::string> problems;
    {
        const std::lock_guard sinks_lock(sinks_mutex_);
        for (const auto& sink : sinks_) {
            if (auto problem = sink->reopen()) problems.push_back(std::move(*problem));
        }
    }
    for (std::string& problem : problems)
        write(base::LogLevel::error, std::move(problem));
}

void Logger::drain() {
    std::unique_lock lock(mutex_);
    progress_.wait(lock, [this, until = pushed_] { return written_ >= until; });
}

bool Logger::has_room(std::size_t bytes) const {
    return queue_.size() < limits_.lines && queued_bytes_ + bytes <= limits_.bytes;
}

void Logger::push(base::LogLevel level, std::string line) {
    queued_bytes_ += line.size();
    ++pushed_;
    queue_.push_back({level, clock_.wall_now(), std::move(line)});
    if (queue_.size() == 1) work_.notify_one();
}

void Logger::run() {
    while (true) {
        std::vector<LogLine> batch;
        std::uint64_t taken = 0;
        {
            std::unique_lock lock(mutex_);
            wait_for_work(lock);
            taken = pushed_;
            batch = take_batch();
            if (batch.empty() && ending_) return;
        }
        write_batch(batch);
        const std::lock_guard lock(mutex_);
        written_ = taken;
        progress_.notify_all();
    }
}

/// Lines that were left out are reported when their second is over, so the wait has an end then.
void Logger::wait_for_work(std::unique_lock<std::mutex>& lock) {
    const auto something = [this] {
        return !queue_.empty() || ending_;
    };
    if (rate_limit_.has_suppressed()) {
        work_.wait_for(lock, report_interval, something);
    } else {
        work_.wait(lock, [&] { return something() || rate_limit_.has_suppressed(); });
    }
}

LogLine Logger::own_line(std::string text) const {
    return {base::LogLevel::warning, clock_.wall_now(), std::move(text)};
}

/// The queue, and after it what is to be said about lines that are not in it.
std::vector<LogLine> Logger::take_batch() {
    std::vector<LogLine> batch = std::exchange(queue_, {});
    queued_bytes_ = 0;
    if (!enabled(base::LogLevel::warning)) return batch;
    const base::SteadyTime now = clock_.now();
    for (const RateLimit::Suppressed& one : rate_limit_.take_suppressed(now)) {
        batch.push_back(own_line(
            std::to_string(one.lines) + ' ' + show_log_types(base::log_bit(one.level)) +
            " lines were left out of the log: log_rate_limit is " +
            std::to_string(rate_limit_.lines_per_second()) + " lines a second"
        ));
    }
    if (now >= next_report_ || ending_) report_lost(batch, now);
    return batch;
}

/// At most once a second; not on its own account when the sinks do not take anything.
void Logger::report_lost(std::vector<LogLine>& batch, base::SteadyTime now) {
    const std::size_t lines = batch.size();
    if (lost_.queue_full > 0) {
        batch.push_back(own_line(
            std::to_string(lost_.queue_full) +
            " lines are missing from the log: they came faster than it could be written"
        ));
        lost_.queue_full = 0;
    }
    if (lost_.unwritten > 0 && !batch.empty()) {
        batch.push_back(own_line(
            std::to_string(lost_.unwritten) +
            " lines are missing from the log: they could not be written"
        ));
        lost_.unwritten = 0;
    }
    if (batch.size() > lines) next_report_ = now + report_interval;
}

void Logger::write_batch(const std::vector<LogLine>& batch) {
    std::size_t unwritten = 0;
    {
        const std::lock_guard sinks_lock(sinks_mutex_);
        for (const auto& sink : sinks_) {
            for (const LogLine& line : batch)
                sink->write(line);
            unwritten += sink->flush();
        }
        if (topics_ != nullptr) {
            for (const LogLine& line : batch)
                topics_->write(line);
            unwritten += topics_->flush();
        }
    }
    const std::lock_guard lock(mutex_);
    lost_.unwritten += unwritten;
}

} // namespace mqttd
