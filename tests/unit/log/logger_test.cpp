#include "tools/mqttd/logging/logger.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace mqttd {

namespace {

using base::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A clock that one thread turns while others look.
class SharedClock final : public base::Clock {
public:
    [[nodiscard]] base::SteadyTime now() const override {
        return base::SteadyTime{} + seconds(elapsed_.load());
    }

    [[nodiscard]] base::WallTime wall_now() const override {
        return base::WallTime{} + seconds(elapsed_.load());
    }

    void advance(int by) { elapsed_ += by; }

private:
    std::atomic<int> elapsed_{1'000'000};
};

/// What the sinks of a test took, seen from outside of the logger.
class Record {
public:
    void add(const LogLine& line) {
        const std::lock_guard lock(mutex_);
        texts_.push_back(std::string(level_prefix(line.level)) + line.text);
    }

    [[nodiscard]] std::vector<std::string> texts() const {
        const std::lock_guard lock(mutex_);
        return texts_;
    }

    std::atomic<std::size_t> lose_next{0};
    std::atomic<int> reopened{0};

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

class FakeSink : public LogSink {
public:
    explicit FakeSink(Record& record) : record_(record) {}

    void write(const LogLine& line) override { record_.add(line); }

    [[nodiscard]] std::size_t flush() override { return record_.lose_next.exchange(0); }

    [[nodiscard]] std::optional<std::string> reopen() override {
        if (++record_.reopened == 1) return std::nullopt;
        return "cannot open the log file x: Permission denied";
    }

private:
    Record& record_;
};

/// Holds the writer thread up until it is told to go on.
class Gate {
public:
    void arrive_and_wait() {
        std::unique_lock lock(mutex_);
        arrived_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }

    void wait_for_arrival() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return arrived_; });
    }

    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool arrived_ = false;
    bool open_ = false;
};

class GatedSink final : public FakeSink {
public:
    GatedSink(Record& record, Gate& gate) : FakeSink(record), gate_(gate) {}

    void write(const LogLine& line) override {
        gate_.arrive_and_wait();
        FakeSink::write(line);
    }

private:
    Gate& gate_;
};

LogSinks sinks_of(std::unique_ptr<LogSink> sink) {
    LogSinks sinks;
    sinks.push_back(std::move(sink));
    return sinks;
}

using Texts = std::vector<std::string>;

class LoggerTest : public testing::Test {
protected:
    void use(Logger& logger, Logger::Settings settings = {}) {
        logger.use(settings, sinks_of(std::make_unique<FakeSink>(record_)));
    }

    SharedClock clock_;
    Record record_;
};

TEST_F(LoggerTest, lines_arrive_in_order_with_their_kind) {
    Logger logger(clock_);
    use(logger);
    logger.write(LogLevel::error, "one");
    logger.write(LogLevel::notice, "two");
    logger.drain();
    EXPECT_EQ(record_.texts(), (Texts{"error: one", "two"}));
}

TEST_F(LoggerTest, only_the_chosen_kinds_are_written) {
    Logger logger(clock_);
    use(logger, {.types = base::log_bit(LogLevel::subscribe)});
    EXPECT_TRUE(logger.enabled(LogLevel::subscribe));
    EXPECT_FALSE(logger.enabled(LogLevel::error));
    logger.write(LogLevel::error, "one");
    logger.write(LogLevel::subscribe, "two");
    logger.drain();
    EXPECT_EQ(record_.texts(), Texts{"two"});
}

TEST_F(LoggerTest, one_event_is_one_line) {
    Logger logger(clock_);
    use(logger);
    logger.write(LogLevel::notice, "a\nfake: line\x1b");
    logger.drain();
    EXPECT_EQ(record_.texts(), Texts{"a\\x0afake: line\\x1b"});
}

TEST_F(LoggerTest, what_is_queued_is_written_at_the_end) {
    {
        Logger logger(clock_);
        use(logger);
        for (int i = 0; i < 100; ++i)
            logger.write(LogLevel::notice, "line");
    }
    EXPECT_EQ(record_.texts().size(), 100U);
}

TEST_F(LoggerTest, a_sink_that_hangs_holds_nobody_up_and_what_is_lost_is_counted) {
    Gate gate;
    Logger logger(clock_, {.lines = 3, .bytes = 1000, .line_bytes = 100});
    logger.use({}, sinks_of(std::make_unique<GatedSink>(record_, gate)));
    logger.write(LogLevel::notice, "held");
    gate.wait_for_arrival();
    for (int i = 0; i < 10; ++i)
        logger.write(LogLevel::notice, "line " + std::to_string(i));
    gate.open();
    logger.drain();
    EXPECT_EQ(
        record_.texts(),
        (Texts{
            "held",
            "line 0",
            "line 1",
            "line 2",
            "warning: 7 lines are missing from the log: they came faster than it could be "
            "written"})
    );
}

TEST_F(LoggerTest, the_queue_is_bounded_in_bytes_as_well) {
    Gate gate;
    Logger logger(clock_, {.lines = 100, .bytes = 25, .line_bytes = 100});
    logger.use({}, sinks_of(std::make_unique<GatedSink>(record_, gate)));
    logger.write(LogLevel::notice, "held");
    gate.wait_for_arrival();
    for (int i = 0; i < 4; ++i)
        logger.write(LogLevel::notice, "0123456789");
    gate.open();
    logger.drain();
    ASSERT_EQ(record_.texts().size(), 4U);
    EXPECT_EQ(record_.texts()[2], "0123456789");
    EXPECT_TRUE(record_.texts()[3].starts_with("warning: 2 lines are missing"));
}

TEST_F(LoggerTest, a_flood_is_cut_off_and_reported) {
    Logger logger(clock_);
    use(logger, {.lines_per_second = 2});
    for (int i = 0; i < 5; ++i)
        logger.write(LogLevel::information, "flood");
    logger.write(LogLevel::error, "of another kind");
    logger.drain();
    EXPECT_EQ(record_.texts(), (Texts{"flood", "flood", "error: of another kind"}));
    clock_.advance(1);
    logger.write(LogLevel::error, "later");
    logger.drain();
    const Texts texts = record_.texts();
    ASSERT_EQ(texts.size(), 5U);
    EXPECT_EQ(
        texts[4],
        "warning: 3 information lines were left out of the log: log_rate_limit is 2 lines a second"
    );
}

TEST_F(LoggerTest, a_patient_writer_is_not_limited_and_waits_for_room) {
    Gate gate;
    Logger logger(clock_, {.lines = 1, .bytes = 1000, .line_bytes = 100});
    logger.use({.lines_per_second = 1}, sinks_of(std::make_unique<GatedSink>(record_, gate)));
    logger.write(LogLevel::notice, "held");
    gate.wait_for_arrival();
    logger.write(LogLevel::error, "fills the queue");
    EXPECT_FALSE(logger.write_patiently(LogLevel::notice, "no room", milliseconds(1)));
    gate.open();
    EXPECT_TRUE(logger.write_patiently(LogLevel::notice, "one", seconds(60)));
    EXPECT_TRUE(logger.write_patiently(LogLevel::notice, "two", seconds(60)));
    logger.drain();
    const Texts texts = record_.texts();
    EXPECT_EQ(texts.front(), "held");
    EXPECT_EQ(texts.back(), "two");
}

TEST_F(LoggerTest, what_a_sink_could_not_write_is_reported_with_the_next_lines) {
    Logger logger(clock_);
    use(logger);
    record_.lose_next = 4;
    logger.write(LogLevel::notice, "one");
    logger.drain();
    clock_.advance(1);
    logger.write(LogLevel::notice, "two");
    logger.drain();
    EXPECT_EQ(
        record_.texts(),
        (Texts{"one", "two", "warning: 4 lines are missing from the log: they could not be written"}
        )
    );
}

TEST_F(LoggerTest, topics_get_lines_until_they_are_taken_away) {
    Record topics;
    Logger logger(clock_);
    use(logger);
    logger.publish_through(std::make_unique<FakeSink>(topics));
    logger.write(LogLevel::notice, "one");
    logger.drain();
    logger.publish_through(nullptr);
    logger.write(LogLevel::notice, "two");
    logger.drain();
    EXPECT_EQ(topics.texts(), Texts{"one"});
    EXPECT_EQ(record_.texts(), (Texts{"one", "two"}));
}

TEST_F(LoggerTest, reopening_reaches_the_sinks_and_a_failure_is_logged) {
    Logger logger(clock_);
    use(logger);
    logger.reopen();
    logger.reopen();
    logger.drain();
    EXPECT_EQ(record_.reopened, 2);
    EXPECT_EQ(record_.texts(), Texts{"error: cannot open the log file x: Permission denied"});
}

TEST_F(LoggerTest, many_threads_write_whole_lines) {
    {
        Logger logger(clock_);
        use(logger);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&logger] {
                for (int j = 0; j < 500; ++j)
                    logger.write(LogLevel::notice, "a line of some length");
            });
        }
        for (std::thread& thread : threads)
            thread.join();
    }
    EXPECT_EQ(record_.texts(), Texts(2000, "a line of some length"));
}

} // namespace

} // namespace mqttd
