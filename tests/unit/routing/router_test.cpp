// The router with subscribers that only take notes: who gets what, what the other shards are told,
// and that nothing stays behind.
#include "common/base/entropy.hpp"
#include "tools/mqttd/routing/router.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mqttd {
namespace {

class SilentLog final : public base::Log {
public:
    [[nodiscard]] bool enabled(base::LogLevel) const override { return false; }

    void write(base::LogLevel, std::string) override {}
};

using Notes = std::vector<std::string>;

class NotingExchange final : public Exchange {
public:
    void announce_interest(std::string_view filter, bool present) override {
        notes.push_back((present ? "+" : "-") + std::string(filter));
    }

    void announce_members(const SharedKeyPtr& key, MemberCount count) override {
        notes.push_back(
            key->group + " " + key->filter + " " + std::to_string(count.online) + "/" +
            std::to_string(count.total)
        );
    }

    void forward(unsigned shard, const MessagePtr& message) override {
        notes.push_back("to " + std::to_string(shard) + " " + std::string(message->topic()));
    }

    void
    forward_shared(unsigned shard, const MessagePtr&, const SharedKeyPtr& key, ShardMask) override {
        notes.push_back("to " + std::to_string(shard) + " for " + key->group);
    }

    Notes notes;
};

class NotingSubscriber final : public Subscriber {
public:
    NotingSubscriber(std::uint64_t number, Notes& notes) : Subscriber(number), notes_(notes) {}

    ~NotingSubscriber() = default;

    void deliver(InboundMessage&, const Subscription& subscription) override {
        notes_.push_back(
            std::to_string(number()) + " id " + std::to_string(subscription.identifier)
        );
    }

    [[nodiscard]] bool deliver_shared(
        InboundMessage& message, const Subscription& subscription, const SharedKeyPtr&, bool
    ) override {
        deliver(message, subscription);
        return true;
    }

    [[nodiscard]] bool is_online() const override { return online; }

    [[nodiscard]] bool merges_overlapping() const override { return merges; }

    bool online = true;
    bool merges = true;

private:
    Notes& notes_;
};

class RouterTest : public ::testing::Test {
protected:
    Notes route(std::string_view topic) {
        delivered_.clear();
        MessageParts parts;
        parts.topic = topic;
        InboundMessage message{parts, context_.shapes};
        routed_ = router_.route(message);
        return delivered_;
    }

    /// What the other shards have been told since the last call.
    Notes told() { return std::exchange(exchange_.notes, {}); }

    static std::shared_ptr<const BrokerConfig> with_duplicates(bool allowed) {
        auto config = std::make_shared<BrokerConfig>();
        config->allow_duplicate_messages = allowed;
        return config;
    }

    static Subscription id(std::uint32_t identifier) {
        return {.options = {}, .identifier = identifier};
    }

    base::FixedEntropy entropy_{1};
    SilentLog log_;
    BrokerTotals totals_;
    ShardContext context_{0, 4, std::make_shared<const BrokerConfig>(), entropy_, log_, totals_};
    NotingExchange exchange_;
    Router router_{context_, exchange_};
    Notes delivered_;
    bool routed_ = false;
    NotingSubscriber one_{1, delivered_};
    NotingSubscriber two_{2, delivered_};
    NotingSubscriber three_{3, delivered_};
};

TEST_F(RouterTest, subscribers_of_a_filter_come_and_go_in_any_order) {
    EXPECT_FALSE(router_.subscribe(three_, "a/b", id(3)));
    EXPECT_EQ(route("a/b"), (Notes{"3 id 3"}));
    EXPECT_FALSE(router_.subscribe(one_, "a/b", id(1)));
    EXPECT_FALSE(router_.subscribe(two_, "a/b", id(2)));
    EXPECT_EQ(route("a/b"), (Notes{"1 id 1", "2 id 2", "3 id 3"}));
    EXPECT_TRUE(router_.unsubscribe(one_, "a/b"));
    EXPECT_TRUE(router_.unsubscribe(three_, "a/b"));
    EXPECT_EQ(route("a/b"), (Notes{"2 id 2"}));
    EXPECT_FALSE(router_.unsubscribe(three_, "a/b"));
    EXPECT_TRUE(router_.unsubscribe(two_, "a/b"));
    EXPECT_EQ(route("a/b"), Notes{});
    EXPECT_FALSE(routed_);
    EXPECT_EQ(told(), (Notes{"+a/b", "-a/b"}));
}

TEST_F(RouterTest, subscribing_again_replaces) {
    EXPECT_FALSE(router_.subscribe(one_, "a/+", id(1)));
    EXPECT_TRUE(router_.subscribe(one_, "a/+", id(2)));
    EXPECT_FALSE(router_.subscribe(two_, "a/+", id(3)));
    EXPECT_TRUE(router_.subscribe(one_, "a/+", id(4)));
    EXPECT_EQ(route("a/b"), (Notes{"1 id 4", "2 id 3"}));
    EXPECT_EQ(one_.subscriptions().size(), 1U);
    EXPECT_TRUE(router_.is_subscribed(one_, "a/+"));
    EXPECT_FALSE(router_.is_subscribed(one_, "a/b"));
    EXPECT_FALSE(router_.is_subscribed(three_, "a/+"));
}

TEST_F(RouterTest, overlapping_subscriptions_give_a_copy_each_where_duplicates_are_allowed) {
    context_.config = with_duplicates(true);
    router_.subscribe(one_, "a/#", id(1));
    router_.subscribe(one_, "a/b", id(2));
    EXPECT_EQ(route("a/b").size(), 2U);
}

TEST_F(RouterTest, overlapping_subscriptions_give_one_copy_before_v5_and_each_copy_in_v5) {
    context_.config = with_duplicates(false);
    two_.merges = false;
    for (NotingSubscriber* const subscriber : {&one_, &two_}) {
        router_.subscribe(*subscriber, "a/#", id(1));
        router_.subscribe(*subscriber, "a/b", id(2));
    }
    const Notes delivered = route("a/b");
    EXPECT_EQ(delivered.size(), 3U);
    EXPECT_TRUE(delivered.front().starts_with("1 "));
    EXPECT_TRUE(delivered.at(1).starts_with("2 "));
    EXPECT_TRUE(delivered.back().starts_with("2 "));
}

TEST_F(RouterTest, a_subscriber_that_ends_leaves_nothing_behind) {
    for (const char* const filter : {"a/b", "a/+", "#", "a/b/c"})
        router_.subscribe(one_, filter, id(1));
    router_.subscribe(one_, "$share/g/a/+", id(1));
    router_.subscribe(two_, "a/+", id(2));
    EXPECT_EQ(one_.subscriptions().size(), 5U);
    static_cast<void>(told());
    router_.unsubscribe_all(one_);
    EXPECT_EQ(one_.subscriptions().size(), 0U);
    EXPECT_EQ(route("a/b"), (Notes{"2 id 2"}));
    EXPECT_EQ(told(), (Notes{"-a/b", "-#", "-a/b/c", "g a/+ 0/0"}));
    router_.unsubscribe_all(two_);
    std::string dump;
    router_.dump(dump);
    EXPECT_EQ(dump, "");
    EXPECT_EQ(context_.counters.subscriptions.value(), 0U);
}

TEST_F(RouterTest, interest_of_other_shards_is_kept_beside_local_subscribers) {
    router_.on_interest(2, "a/+", true);
    router_.on_interest(3, "a/b", true);
    router_.subscribe(one_, "a/b", id(1));
    static_cast<void>(told());
    EXPECT_EQ(route("a/b"), (Notes{"1 id 1"}));
    EXPECT_EQ(told(), (Notes{"to 2 a/b", "to 3 a/b"}));
    router_.on_interest(3, "a/b", false);
    router_.on_interest(2, "a/+", false);
    router_.on_interest(1, "never/there", false);
    router_.unsubscribe(one_, "a/b");
    static_cast<void>(told());
    EXPECT_EQ(route("a/b"), Notes{});
    EXPECT_EQ(told(), Notes{});
}

TEST_F(RouterTest, a_topic_that_was_routed_before_sees_what_came_and_went_since) {
    const std::string longest(RouteCache::longest_topic, 'x');
    const std::string longer(RouteCache::longest_topic + 1, 'x');
    for (const std::string& topic :
         {std::string("a"), std::string("a/b/c/d/e/f"), longest, longer}) {
        SCOPED_TRACE(topic);
        EXPECT_EQ(route(topic), Notes{});
        router_.subscribe(one_, topic, id(1));
        EXPECT_EQ(route(topic), (Notes{"1 id 1"}));
        router_.subscribe(two_, "#", id(2));
        EXPECT_EQ(route(topic), (Notes{"1 id 1", "2 id 2"}));
        EXPECT_EQ(route(topic), (Notes{"1 id 1", "2 id 2"}));
        router_.subscribe(three_, topic, id(3));
        EXPECT_EQ(route(topic), (Notes{"1 id 1", "3 id 3", "2 id 2"}));
        router_.unsubscribe(one_, topic);
        router_.unsubscribe(three_, topic);
        EXPECT_EQ(route(topic), (Notes{"2 id 2"}));
        router_.unsubscribe(two_, "#");
        EXPECT_EQ(route(topic), Notes{});
        EXPECT_FALSE(routed_);
    }
}

TEST_F(RouterTest, more_topics_than_are_remembered_each_reach_their_own_subscribers) {
    for (int round = 0; round < 2; ++round) {
        for (unsigned i = 0; i < 2000; ++i) {
            const std::string topic = "plant/" + std::to_string(i) + "/temperature";
            if (round == 0) router_.subscribe(one_, topic, id(i + 1));
            ASSERT_EQ(route(topic), (Notes{"1 id " + std::to_string(i + 1)}));
        }
    }
}

TEST_F(RouterTest, members_of_a_shared_subscription_take_turns) {
    router_.subscribe(one_, "$share/g/a/+", id(1));
    router_.subscribe(two_, "$share/g/a/+", id(2));
    EXPECT_TRUE(router_.is_subscribed(two_, "$share/g/a/+"));
    EXPECT_FALSE(router_.is_subscribed(two_, "a/+"));
    Notes both = route("a/b");
    const Notes second = route("a/c");
    both.insert(both.end(), second.begin(), second.end());
    std::sort(both.begin(), both.end());
    EXPECT_EQ(both, (Notes{"1 id 1", "2 id 2"}));
    EXPECT_EQ(told(), (Notes{"g a/+ 1/1", "g a/+ 2/2"}));
    two_.online = false;
    router_.presence_changed(two_);
    EXPECT_EQ(told(), (Notes{"g a/+ 1/2"}));
    EXPECT_TRUE(router_.unsubscribe(one_, "$share/g/a/+"));
    EXPECT_FALSE(router_.unsubscribe(one_, "$share/g/a/+"));
    EXPECT_TRUE(router_.unsubscribe(two_, "$share/g/a/+"));
    EXPECT_EQ(told(), (Notes{"g a/+ 0/1", "g a/+ 0/0"}));
}

} // namespace
} // namespace mqttd
