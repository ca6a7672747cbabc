#include "tools/mqttd/auth/hash_pool.hpp"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <string>
#include <vector>

namespace {

using mqttd::HashPool;

/// Notes in which order pieces of work were done.
class Record {
public:
    HashPool::Work note(const std::string& name) {
        return [this, name] {
            const std::lock_guard lock(mutex_);
            done_.push_back(name);
        };
    }

    std::vector<std::string> done() {
        const std::lock_guard lock(mutex_);
        return done_;
    }

private:
    std::mutex mutex_;
    std::vector<std::string> done_;
};

void finish_everything(HashPool& pool) {
    std::promise<void> last;
    ASSERT_TRUE(pool.submit("the last of all", [&last] { last.set_value(); }));
    pool.start(1);
    last.get_future().wait();
    while (pool.waiting() > 0)
        std::this_thread::yield();
    pool.stop();
}

TEST(hash_pool, sources_take_turns) {
    HashPool pool;
    Record record;
    for (const char* name : {"flood 1", "flood 2", "flood 3", "flood 4"})
        ASSERT_TRUE(pool.submit("flood", record.note(name)));
    ASSERT_TRUE(pool.submit("one", record.note("one 1")));
    ASSERT_TRUE(pool.submit("two", record.note("two 1")));
    ASSERT_TRUE(pool.submit("two", record.note("two 2")));
    EXPECT_EQ(pool.waiting(), 7U);
    finish_everything(pool);
    const std::vector<std::string> expected{
        "flood 1", "one 1", "two 1", "flood 2", "two 2", "flood 3", "flood 4"};
    EXPECT_EQ(record.done(), expected);
}

TEST(hash_pool, the_queue_and_the_share_of_a_source_are_limited) {
    HashPool pool({.waiting = 3, .waiting_of_one_source = 2});
    const auto nothing = [] {
    };
    EXPECT_TRUE(pool.submit("a", nothing));
    EXPECT_TRUE(pool.submit("a", nothing));
    EXPECT_FALSE(pool.submit("a", nothing));
    EXPECT_TRUE(pool.submit("b", nothing));
    EXPECT_FALSE(pool.submit("c", nothing));
    EXPECT_EQ(pool.waiting(), 3U);
}

TEST(hash_pool, stopping_ends_what_has_begun_and_drops_the_rest) {
    HashPool pool;
    Record record;
    std::promise<void> began;
    std::promise<void> go_on;
    std::shared_future<void> allowed = go_on.get_future().share();
    ASSERT_TRUE(pool.submit("a", [&] {
        began.set_value();
        allowed.wait();
        record.note("first")();
    }));
    ASSERT_TRUE(pool.submit("a", record.note("second")));
    pool.start(1);
    began.get_future().wait();
    std::thread stopper([&pool] { pool.stop(); });
    while (pool.waiting() > 0)
        std::this_thread::yield();
    go_on.set_value();
    stopper.join();
    EXPECT_EQ(record.done(), std::vector<std::string>{"first"});
    EXPECT_FALSE(pool.submit("a", record.note("third")));
}

} // namespace
