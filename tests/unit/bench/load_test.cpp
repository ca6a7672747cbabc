#include "common/mqtt/codec/decode.hpp"
#include "tools/mqtt-bench/load/packet_book.hpp"
#include "tools/mqtt-bench/load/publisher.hpp"
#include "tools/mqtt-bench/load/schedule.hpp"
#include "tools/mqtt-bench/load/stamp.hpp"
#include "tools/mqtt-bench/load/subscriber.hpp"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(PacketBook, identifiers_are_reused_once_they_are_complete) {
    PacketBook book(2);
    EXPECT_EQ(book.take(10), 1U);
    EXPECT_EQ(book.take(20), 2U);
    EXPECT_EQ(book.in_flight(), 2U);
    EXPECT_EQ(book.complete(1), std::optional<std::uint64_t>(10));
    EXPECT_EQ(book.complete(1), std::nullopt);
    EXPECT_EQ(book.take(30), 3U);
    EXPECT_EQ(book.take(40), 4U);
    EXPECT_TRUE(book.next_is_free());
    EXPECT_EQ(book.take(50), 1U);
    EXPECT_FALSE(book.next_is_free());
}

TEST(PacketBook, pubrec_counts_once_and_unknown_identifiers_not_at_all) {
    PacketBook book(2);
    const auto id = book.take(10);
    EXPECT_TRUE(book.receive(id));
    EXPECT_FALSE(book.receive(id));
    EXPECT_FALSE(book.receive(0));
    EXPECT_FALSE(book.receive(4000));
    EXPECT_EQ(book.complete(4000), std::nullopt);
    EXPECT_EQ(book.complete(id), std::optional<std::uint64_t>(10));
}

TEST(Schedule, publishers_take_turns_at_even_distances) {
    Schedule schedule({4, 9}, 1000, 5'000'000);
    EXPECT_EQ(schedule.next_time(), 5'000'000U);
    EXPECT_EQ(schedule.advance(), 4U);
    EXPECT_EQ(schedule.next_time(), 6'000'000U);
    EXPECT_EQ(schedule.advance(), 9U);
    EXPECT_EQ(schedule.advance(), 4U);
    EXPECT_EQ(schedule.time_of(0, 1), 7'000'000U);
    EXPECT_EQ(schedule.time_of(1, 2), 10'000'000U);
}

class PublisherTest : public testing::Test {
protected:
    void build(Group group) {
        plan_.groups = {std::move(group)};
        roster_ = make_roster(plan_);
    }

    Publisher publisher(bool v5 = false) {
        return Publisher(roster_, roster_.members[roster_.publishers.front()], 77, v5);
    }

    static Group group() {
        Group group;
        group.publishers = 1;
        group.subscribers = 2;
        group.topic = TopicTemplate("a/b");
        group.filter = TopicTemplate("a/+");
        group.window = 4;
        return group;
    }

    static mqtt::Publish decode(const Output& out, mqtt::ProtocolVersion version) {
        const auto read = mqtt::codec::next_frame({out.data(), out.size()}, 0);
        EXPECT_EQ(read.status, mqtt::codec::FrameStatus::complete);
        EXPECT_EQ(read.frame.size(), out.size());
        const auto packet = mqtt::codec::decode_publish(read.frame, version, mqtt::Sender::client);
        EXPECT_TRUE(packet.has_value());
        return packet.has_value() ? *packet : mqtt::Publish();
    }

    Plan plan_;
    Roster roster_;
};

TEST_F(PublisherTest, composes_what_the_codec_reads) {
    for (const auto version : {mqtt::ProtocolVersion::v311, mqtt::ProtocolVersion::v5}) {
        for (unsigned qos = 0; qos <= 2; ++qos) {
            Group group = this->group();
            group.qos = static_cast<mqtt::Qos>(qos);
            group.retain = qos == 1;
            group.payload = PayloadSize(qos == 2 ? "300..301" : "64");
            build(std::move(group));
            auto publisher = this->publisher(version == mqtt::ProtocolVersion::v5);
            Output out;
            EXPECT_EQ(publisher.compose(out, 999), 2U);
            const mqtt::Publish packet = decode(out, version);
            EXPECT_EQ(packet.topic, "a/b");
            EXPECT_EQ(static_cast<unsigned>(packet.qos), qos);
            EXPECT_EQ(packet.retain, qos == 1);
            EXPECT_EQ(packet.packet_id, qos == 0 ? 0U : 1U);
            EXPECT_GE(packet.payload.size(), qos == 2 ? 300U : 64U);
            const Stamp stamp = Stamp::read(packet.payload.data());
            EXPECT_EQ(stamp.run, 77U);
            EXPECT_EQ(stamp.sequence, 0U);
            EXPECT_EQ(stamp.time, 999U);
        }
    }
}

TEST_F(PublisherTest, topics_count_messages) {
    Group group = this->group();
    group.topic = TopicTemplate("a/{n}");
    build(std::move(group));
    auto publisher = this->publisher();
    Output first;
    Output second;
    publisher.compose(first, 1);
    publisher.compose(second, 2);
    EXPECT_EQ(decode(first, mqtt::ProtocolVersion::v311).topic, "a/0");
    EXPECT_EQ(decode(second, mqtt::ProtocolVersion::v311).topic, "a/1");
}

TEST_F(PublisherTest, the_window_waits_for_deliveries) {
    build(group());
    auto publisher = this->publisher();
    Output out;
    EXPECT_EQ(publisher.room(), 4U);
    for (int i = 0; i < 4; ++i) {
        publisher.compose(out, 1);
    }
    EXPECT_EQ(publisher.room(), 0U);
    publisher.credit_deliveries(1);
    EXPECT_EQ(publisher.room(), 0U);
    publisher.credit_deliveries(1);
    EXPECT_EQ(publisher.room(), 1U);
    publisher.write_off();
    EXPECT_EQ(publisher.room(), 4U);
    publisher.credit_deliveries(5); // what was written off came after all
    EXPECT_EQ(publisher.room(), 4U);
}

TEST_F(PublisherTest, the_window_waits_for_acknowledgements) {
    Group group = this->group();
    group.qos = mqtt::Qos::at_least_once;
    build(std::move(group));
    auto publisher = this->publisher();
    publisher.limit_in_flight(2);
    Output out;
    publisher.compose(out, 1);
    publisher.compose(out, 1);
    publisher.credit_deliveries(4);
    EXPECT_EQ(publisher.room(), 0U);
    publisher.book().complete(1);
    EXPECT_EQ(publisher.room(), 1U);
}

TEST_F(PublisherTest, ends_after_its_messages) {
    Group group = this->group();
    group.messages = 3;
    build(std::move(group));
    auto publisher = this->publisher();
    EXPECT_EQ(publisher.room(), 3U);
    Output out;
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(publisher.finished());
        publisher.compose(out, 1);
    }
    EXPECT_TRUE(publisher.finished());
}

TEST_F(PublisherTest, an_empty_message_clears_the_same_topic) {
    Group group = this->group();
    group.qos = mqtt::Qos::at_least_once;
    group.retain = true;
    build(std::move(group));
    auto publisher = this->publisher();
    Output out;
    publisher.compose(out, 1, true);
    const mqtt::Publish packet = decode(out, mqtt::ProtocolVersion::v311);
    EXPECT_TRUE(packet.retain);
    EXPECT_TRUE(packet.payload.empty());
    EXPECT_EQ(packet.qos, mqtt::Qos::at_most_once);
}

TEST(SubscriberTest, keeps_publishers_apart) {
    const Member member;
    Subscriber subscriber(member);
    for (std::uint64_t sequence = 0; sequence < 3; ++sequence) {
        for (std::uint32_t flow = 0; flow < 100; ++flow) {
            EXPECT_EQ(subscriber.on_message({1, flow * 64, sequence, 0}), Arrival::in_order);
        }
    }
    EXPECT_EQ(subscriber.on_message({1, 64, 2, 0}), Arrival::duplicate);
    EXPECT_EQ(subscriber.on_message({1, 64, 3, 0}), Arrival::in_order);
}

TEST(SubscriberTest, retained_messages_come_in_any_order) {
    const Member member;
    Subscriber subscriber(member);
    EXPECT_TRUE(subscriber.on_retained({1, 3, 900, 0}));
    EXPECT_TRUE(subscriber.on_retained({1, 3, 2, 0}));
    EXPECT_FALSE(subscriber.on_retained({1, 3, 900, 0}));
    subscriber.start_over();
    EXPECT_TRUE(subscriber.on_retained({1, 3, 900, 0}));
}

TEST(OutputTest, keeps_what_was_not_consumed) {
    Output out;
    out.append("hello", 5);
    out.consume(2);
    for (int i = 0; i < 100; ++i) {
        out.append("0123456789", 10);
    }
    ASSERT_EQ(out.size(), 1003U);
    EXPECT_EQ(out.data()[0], 'l');
    EXPECT_EQ(out.data()[1002], '9');
    out.consume(1003);
    EXPECT_TRUE(out.empty());
    out.release_above(0);
    out.append("x", 1);
    EXPECT_EQ(out.size(), 1U);
}

} // namespace
} // namespace bench
