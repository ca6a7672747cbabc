#include "tools/mqtt-bench/plan/roster.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bench {
namespace {

Group group_of(
    std::uint32_t publishers, const char* topic, std::uint32_t subscribers, const char* filter
) {
    Group group;
    group.publishers = publishers;
    group.topic = TopicTemplate(topic);
    group.subscribers = subscribers;
    group.filter = TopicTemplate(filter);
    return group;
}

Plan plan_of(std::vector<Group> groups) {
    Plan plan;
    plan.groups = std::move(groups);
    return plan;
}

TEST(Roster, pairs_have_one_delivery_each) {
    const Plan plan = plan_of({group_of(3, "a/{i}", 3, "a/{i}")});
    const Roster roster = make_roster(plan);
    ASSERT_EQ(roster.members.size(), 6U);
    ASSERT_EQ(roster.publishers.size(), 3U);
    EXPECT_FALSE(roster.members[0].publishes);
    for (std::uint32_t flow = 0; flow < 3; ++flow) {
        const Member& member = roster.members[roster.publishers[flow]];
        EXPECT_TRUE(member.publishes);
        EXPECT_EQ(member.flow, flow);
        EXPECT_EQ(roster.deliveries_of(flow, 17), 1U);
    }
}

TEST(Roster, client_ids_differ) {
    const Plan plan = plan_of({group_of(1, "a", 1, "a"), group_of(1, "b", 1, "b")});
    const Roster roster = make_roster(plan);
    std::vector<std::string> ids;
    for (const Member& member : roster.members) {
        ids.push_back(member.client_id);
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

TEST(Roster, wildcards_of_other_groups_count) {
    const Plan plan = plan_of(
        {group_of(2, "a/{i}", 2, "a/{i}"), group_of(0, "", 3, "a/#"), group_of(0, "", 1, "+/1")}
    );
    const Roster roster = make_roster(plan);
    EXPECT_EQ(roster.deliveries_of(0, 0), 4U);
    EXPECT_EQ(roster.deliveries_of(1, 0), 5U);
}

TEST(Roster, overlapping_filters_of_one_client_deliver_once) {
    Group group = group_of(1, "a/1", 1, "a/{n}");
    group.filters_each = 3;
    Group wide = group_of(0, "", 1, "{n%2}/+");
    const Plan plan = plan_of({group, wide});
    EXPECT_EQ(make_roster(plan).deliveries_of(0, 0), 1U);

    Group overlapping = group_of(1, "+", 0, "");
    overlapping.topic = TopicTemplate("x");
    overlapping.subscribers = 1;
    overlapping.filter = TopicTemplate("+");
    overlapping.filters_each = 2;
    EXPECT_EQ(make_roster(plan_of({overlapping})).deliveries.front().front(), 1U);
}

TEST(Roster, a_shared_subscription_delivers_once_to_the_group) {
    const Plan plan =
        plan_of({group_of(1, "a/1", 10, "$share/g/a/+"), group_of(0, "", 2, "$share/h/a/1")});
    EXPECT_EQ(make_roster(plan).deliveries_of(0, 0), 2U);
}

TEST(Roster, deliveries_follow_the_counter_of_the_message) {
    const Plan plan = plan_of({group_of(1, "a/{n%3}", 1, "a/1")});
    const Roster roster = make_roster(plan);
    EXPECT_EQ(roster.deliveries_of(0, 0), 0U);
    EXPECT_EQ(roster.deliveries_of(0, 1), 1U);
    EXPECT_EQ(roster.deliveries_of(0, 2), 0U);
    EXPECT_EQ(roster.deliveries_of(0, 4), 1U);
}

TEST(Roster, endless_topics_work_when_filters_take_them_all) {
    const Plan plan = plan_of({group_of(1, "a/{n}", 2, "a/+")});
    EXPECT_EQ(make_roster(plan).deliveries_of(0, 123456), 2U);
    const Plan split = plan_of({group_of(1, "a/{n}", 2, "a/1")});
    EXPECT_THROW(static_cast<void>(make_roster(split)), std::invalid_argument);
}

TEST(Roster, refuses_illegal_topics_and_filters) {
    EXPECT_THROW(
        static_cast<void>(make_roster(plan_of({group_of(1, "a/+", 0, "")}))), std::invalid_argument
    );
    EXPECT_THROW(
        static_cast<void>(make_roster(plan_of({group_of(0, "", 1, "a#")}))), std::invalid_argument
    );
    EXPECT_THROW(
        static_cast<void>(make_roster(plan_of({group_of(0, "", 1, "$share/g")}))),
        std::invalid_argument
    );
}

} // namespace
} // namespace bench
