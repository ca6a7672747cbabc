// The log of the broker: lines come from any thread into a bounded queue, and a thread of its own
// writes them to the sinks. Asking for a line costs an atomic load, writing one a short lock; what
// does not fit, or comes faster than log_rate_limit, is counted and reported. Owned by the daemon,
// which outlives the broker; use(), publish_through() and reopen() are for the main thread.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "tools/mqttd/logging/log_line.hpp"
#include "tools/mqttd/logging/log_sink.hpp"
#include "tools/mqttd/logging/rate_limit.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mqttd {

using LogSinks = std::vector<std::unique_ptr<LogSink>>;

class Logger final : public base::Log {
public:
    struct QueueLimits {
        std::size_t lines = 16'384;
        std::size_t bytes = 8U << 20U;
        std::size_t line_bytes = 64U << 10U; ///< longer lines are cut
    };

    /// Writes nothing until use(). The clock outlives the logger.
    explicit Logger(const base::Clock& clock) : Logger(clock, QueueLimits{}) {}

    Logger(const base::Clock& clock, QueueLimits limits);
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;
    /// Writes out what is queued.
    ~Logger() override;

    [[nodiscard]] bool enabled(base::LogLevel level) const override;
    /// Any thread; never waits for a sink.
    void write(base::LogLevel level, std::string line) override;
    /// For long reports that somebody asked for: without rate limit, waits for room. False: there
    /// was none within the time, and the line is lost. Never on a shard.
    bool write_patiently(base::LogLevel level, std::string line, std::chrono::milliseconds wait);

    struct Settings {
        base::LogMask types = base::default_log_mask;
        std::uint32_t lines_per_second = 0; ///< of one kind, 0: no limit
    };

    /// Replaces sinks and settings; lines already queued go to the new sinks.
    void use(Settings settings, LogSinks sinks);
    /// One more sink, the topics of a running broker; nullptr: no longer.
    void publish_through(std::unique_ptr<LogSink> topics);
    /// After a rotation of log files; what fails is logged.
    void reopen();
    /// Returns when everything written before is with the sinks.
    void drain() override;

private:
    struct Lost {
        std::uint64_t queue_full = 0;
        std::uint64_t unwritten = 0; ///< sinks could not write them
    };

    void run();
    [[nodiscard]] bool has_room(std::size_t bytes) const;
    void push(base::LogLevel level, std::string line);
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] std::vector<LogLine> take_batch();
    void report_lost(std::vector<LogLine>& batch, base::SteadyTime now);
    void write_batch(const std::vector<LogLine>& batch);
    [[nodiscard]] LogLine own_line(std::string text) const;

    const base::Clock& clock_;
    const QueueLimits limits_;
    std::atomic<base::LogMask> types_{base::default_log_mask};

    std::mutex mutex_; ///< guards what follows
    std::condition_variable work_;
    std::condition_variable progress_;
    std::vector<LogLine> queue_;
    std::size_t queued_bytes_ = 0;
    RateLimit rate_limit_;
    Lost lost_;
    base::SteadyTime next_report_{};
    std::uint64_t pushed_ = 0;
    std::uint64_t written_ = 0;
    bool ending_ = false;

    std::mutex sinks_mutex_; ///< held while a batch is written; taken before or without mutex_
    LogSinks sinks_;
    std::unique_ptr<LogSink> topics_;

    std::thread writer_;
};

} // namespace mqttd
