#include "common/cli/error.hpp"
#include "tests/unit/handlers/messages.hpp"
#include "tools/mqtt-sub/handlers/attempt_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace mqtt_sub {
namespace {

class AttemptStoreTest : public testing::Test {
protected:
    AttemptStoreTest() {
        std::string pattern = testing::TempDir() + "attempts-XXXXXX";
        folder = ::mkdtemp(pattern.data());
    }

    ~AttemptStoreTest() override { std::filesystem::remove_all(folder); }

    std::string folder;
    const base::WallTime now{std::chrono::seconds(2'000'000)};
};

TEST_F(AttemptStoreTest, what_one_run_has_counted_the_next_one_knows) {
    const HeldMessage message = held("a", "x");
    {
        AttemptStore store(folder, "me@here");
        const std::string key = store.key_of(message, "rule");
        EXPECT_EQ(store.load(key, now).started, 0U);
        EXPECT_TRUE(store.save(key, {.started = 3, .first_seen = now}));
    }
    AttemptStore store(folder, "me@here");
    const std::string key = store.key_of(message, "rule");
    EXPECT_EQ(store.load(key, {}).started, 3U);
    EXPECT_EQ(store.load(key, {}).first_seen, now);
    store.forget(key);
    EXPECT_EQ(store.load(key, now).started, 0U);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(AttemptStoreTest, keys_tell_messages_rules_and_clients_apart) {
    const AttemptStore store(folder, "me@here");
    const AttemptStore other(folder, "you@here");
    mqtt::PropertyBuilder user;
    user.user_property("id", "1");
    const std::string key = store.key_of(held("a", "x"), "r");
    EXPECT_NE(key, store.key_of(held("a", "y"), "r"));
    EXPECT_NE(key, store.key_of(held("ax", ""), "r"));
    EXPECT_NE(key, store.key_of(held("a", "x"), "q"));
    EXPECT_NE(key, store.key_of(held("a", "x", user), "r"));
    EXPECT_NE(key, other.key_of(held("a", "x"), "r"));
    mqtt::PropertyBuilder expiry;
    expiry.number(mqtt::PropertyId::message_expiry_interval, 17);
    EXPECT_EQ(key, store.key_of(held("a", "x", expiry), "r"));
}

TEST_F(AttemptStoreTest, without_a_folder_nothing_is_kept) {
    AttemptStore store("", "me");
    const std::string key = store.key_of(held("a", "x"), "");
    EXPECT_TRUE(store.save(key, {.started = 3, .first_seen = now}));
    EXPECT_EQ(store.load(key, now).started, 0U);
}

TEST_F(AttemptStoreTest, a_folder_that_cannot_be_made_is_an_error) {
    EXPECT_THROW(AttemptStore(folder + "/no/such", "me"), cli::ToolError);
}

TEST_F(AttemptStoreTest, a_file_that_is_damaged_counts_as_none) {
    AttemptStore store(folder, "me");
    const std::string key = store.key_of(held("a", "x"), "");
    std::ofstream(folder + "/" + key) << "what";
    EXPECT_EQ(store.load(key, now).started, 0U);
}

} // namespace
} // namespace mqtt_sub
