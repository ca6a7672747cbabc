// What every store does, run over all engines.
#include "common/mqtt/packet/property_builder.hpp"
#include "tests/unit/persistence/changes.hpp"
#include "tests/unit/persistence/loaded_store.hpp"
#include "tests/unit/persistence/store_engines.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace {

using mqttd::RowState;
using test::Change;
using test::LoadedStore;
using Kind = Change::Kind;
using Lines = LoadedStore::Lines;
using namespace std::chrono_literals;

const mqttd::StoreTimes noon{base::SteadyTime{} + 1h, base::WallTime{} + 450'000h};

template <typename Engine>
class store_contract : public testing::Test { // NOLINT(readability-identifier-naming)
protected:
    /// Opens what was stored so far; nothing may be in it that a test does not expect.
    void open(bool small = false) {
        store_.reset();
        auto opened = small ? engine_.open_small() : engine_.open();
        ASSERT_TRUE(opened.has_value()) << opened.error().text;
        store_ = std::move(*opened);
    }

    [[nodiscard]] LoadedStore reopened(const mqttd::StoreTimes& times = noon) {
        open();
        LoadedStore loaded(*store_, times);
        EXPECT_EQ(loaded.error.text, "");
        return loaded;
    }

    void commit(std::initializer_list<Change> changes) {
        const auto done = store_->commit({changes.begin(), changes.size()}, noon);
        EXPECT_TRUE(done.has_value()) << done.error().text;
    }

    void SetUp() override {
        open();
        EXPECT_EQ(LoadedStore(*store_, noon).lines, Lines{});
    }

    Engine engine_;
    std::unique_ptr<mqttd::Store> store_;
};

using Engines = testing::Types<test::MemoryEngine, test::SqliteEngine>;
TYPED_TEST_SUITE(store_contract, Engines);

TYPED_TEST(store_contract, an_empty_store_is_clean_and_has_no_ids) {
    const LoadedStore loaded = this->reopened();
    EXPECT_EQ(loaded.lines, Lines{});
    EXPECT_EQ(loaded.summary.highest_id, 0U);
    EXPECT_TRUE(loaded.summary.was_clean);
    EXPECT_EQ(loaded.summary.orphans, 0U);
}

TYPED_TEST(store_contract, sessions_come_back_with_every_field) {
    mqttd::SessionRecord full{
        .id = 7,
        .client_id = "größe \xF0\x9F\x8C\xA1",
        .user = "anna",
        .realm = static_cast<mqttd::Realm>(0xfedcba9876543211),
        .speaks_v5 = true,
        .listener = "1883 127.0.0.1",
        .expiry = mqtt::session_never_expires,
        .disconnected = base::WallTime{} + 1'700'000'000'123'456us,
        .will = {},
    };
    mqttd::SessionRecord plain;
    plain.id = 9;
    plain.client_id = "plain";
    const Lines expected{test::text_of(full), test::text_of(plain)};
    this->commit({test::put_session(full), test::put_session(plain)});
    EXPECT_EQ(this->reopened().lines, expected);
}

TYPED_TEST(store_contract, wills_come_back_with_every_field) {
    mqtt::PropertyBuilder properties;
    properties.text(mqtt::PropertyId::content_type, std::string_view("text/plain"));
    mqttd::SessionRecord session;
    session.id = 1;
    session.client_id = "a";
    session.will = mqttd::WillRecord{
        .topic = "state/a",
        .payload = {0, 1, 2, 255},
        .properties = {properties.list().wire().begin(), properties.list().wire().end()},
        .property_mask = properties.list().mask(),
        .delay = 4'000'000'000U,
        .expiry = 0,
        .qos = mqtt::Qos::exactly_once,
        .retain = true,
    };
    mqttd::SessionRecord other = session;
    other.id = 2;
    other.will = mqttd::WillRecord{};
    other.will->topic = "w";
    const Lines expected{test::text_of(session), test::text_of(other)};
    this->commit({test::put_session(session), test::put_session(other)});
    EXPECT_EQ(this->reopened().lines, expected);
}

TYPED_TEST(store_contract, a_session_that_is_put_again_is_replaced) {
    this->commit({test::put_session(1, "a"), test::put_subscription(1, "t")});
    mqttd::SessionRecord changed;
    changed.id = 1;
    changed.client_id = "a";
    changed.user = "anna";
    this->commit({test::put_session(changed)});
    EXPECT_EQ(
        this->reopened().lines, (Lines{test::text_of(changed), "subscription 1 t qos 0 rh 0 id 0"})
    );
}

TYPED_TEST(store_contract, a_dropped_session_takes_subscriptions_and_unreleased_ids_along) {
    this->commit(
        {test::put_session(1, "a"),
         test::put_session(2, "b"),
         test::put_subscription(1, "t"),
         test::put_subscription(2, "t"),
         test::change_unreleased(Kind::put_unreleased, 1, 5),
         test::change_unreleased(Kind::put_unreleased, 2, 5)}
    );
    this->commit({test::drop(Kind::drop_session, 1)});
    EXPECT_EQ(
        this->reopened().lines,
        (Lines{
            "session 2 'b' user '' at '' expiry 60",
            "subscription 2 t qos 0 rh 0 id 0",
            "unreleased 2 5"})
    );
}

TYPED_TEST(store_contract, subscriptions_come_back_with_every_option) {
    const mqttd::SubscriptionRecord full{
        .session = 1,
        .filter = "$share/g/+/temperatur/ä/#",
        .subscription =
            {.options =
                 {.qos = mqtt::Qos::exactly_once,
                  .no_local = true,
                  .retain_as_published = true,
                  .retain_handling = mqtt::RetainHandling::never},
             .identifier = 268'435'455},
    };
    this->commit(
        {test::put_session(1, "a"),
         test::change_subscription(Kind::put_subscription, full),
         test::put_subscription(1, "b")}
    );
    EXPECT_EQ(
        this->reopened().lines,
        (Lines{
            "session 1 'a' user '' at '' expiry 60",
            test::text_of(full),
            "subscription 1 b qos 0 rh 0 id 0"})
    );
}

TYPED_TEST(store_contract, a_subscription_is_replaced_and_dropped_by_its_filter) {
    mqttd::SubscriptionRecord record{.session = 1, .filter = "t", .subscription = {}};
    this->commit(
        {test::put_session(1, "a"),
         test::put_session(2, "b"),
         test::put_subscription(1, "t"),
         test::put_subscription(1, "t/u"),
         test::put_subscription(2, "t/u")}
    );
    record.subscription.identifier = 5;
    this->commit({test::change_subscription(Kind::put_subscription, record)});
    record.filter = "t/u";
    this->commit({test::change_subscription(Kind::drop_subscription, record)});
    const Lines lines = this->reopened().lines;
    EXPECT_EQ(
        Lines(lines.begin() + 2, lines.end()),
        (Lines{"subscription 1 t qos 0 rh 0 id 5", "subscription 2 t/u qos 0 rh 0 id 0"})
    );
}

TYPED_TEST(store_contract, unreleased_ids_come_back_until_they_are_dropped) {
    this->commit(
        {test::put_session(1, "a"),
         test::change_unreleased(Kind::put_unreleased, 1, 65'535),
         test::change_unreleased(Kind::put_unreleased, 1, 1),
         test::change_unreleased(Kind::put_unreleased, 1, 1),
         test::change_unreleased(Kind::put_unreleased, 1, 2)}
    );
    this->commit({test::change_unreleased(Kind::drop_unreleased, 1, 2)});
    const Lines lines = this->reopened().lines;
    EXPECT_EQ(
        Lines(lines.begin() + 1, lines.end()), (Lines{"unreleased 1 1", "unreleased 1 65535"})
    );
}

TYPED_TEST(store_contract, messages_come_back_byte_for_byte) {
    mqtt::PropertyBuilder properties;
    properties.text(mqtt::PropertyId::correlation_data, std::string_view("\0\xFF", 2));
    properties.user_property("key", "value");
    properties.user_property("key", "");
    const std::string long_topic = std::string(65'534, 'x') + "y";
    const std::string large(300'001, '\0');
    const std::string medium(65'536 + 7, '\xFE');
    mqttd::MessageParts full;
    full.topic = "ä/\xF0\x9F\x8C\xA1//";
    full.properties = properties.list();
    full.payload = base::as_bytes(medium);
    full.qos = mqtt::Qos::exactly_once;
    full.retain = true;
    full.origin = 0xFFFF'FFFF'FFFF'FFFFU;
    mqttd::MessageParts empty;
    empty.topic = "t";
    mqttd::MessageParts longest;
    longest.topic = long_topic;
    longest.payload = base::as_bytes(large);
    const Lines expected{
        test::text_of(1, full, noon.steady),
        test::text_of(2, empty, noon.steady),
        test::text_of(3, longest, noon.steady),
        "row 4 of 0 message 1 state 0 pid 0 qos 1 id 0",
        "row 5 of 0 message 2 state 0 pid 0 qos 1 id 0",
        "row 6 of 0 message 3 state 0 pid 0 qos 1 id 0",
    };
    this->commit(
        {test::put_message(1, full),
         test::put_message(2, empty),
         test::put_message(3, longest),
         test::put_row(4, 0, 1),
         test::put_row(5, 0, 2),
         test::put_row(6, 0, 3)}
    );
    EXPECT_EQ(this->reopened().lines, expected);
}

TYPED_TEST(store_contract, rows_come_back_with_every_field) {
    const mqttd::RowRecord full{
        .id = 5,
        .session = 1,
        .message = 2,
        .identifier = 268'435'455,
        .packet_id = 65'535,
        .state = RowState::awaiting_pubrec,
        .qos = mqtt::Qos::exactly_once,
        .retain = true,
        .shared = std::make_shared<const mqttd::SharedKey>(mqttd::SharedKey{"g", "a/+/#"}),
    };
    this->commit({test::put_session(1, "a"), test::put_message(2, "a/b/c"), test::put_row(full)});
    EXPECT_EQ(this->reopened().lines.back(), test::text_of(full));
}

TYPED_TEST(store_contract, rows_come_in_the_order_of_their_ids) {
    this->commit({test::put_session(1, "a"), test::put_message(2, "t"), test::put_row(30, 1, 2)});
    this->commit({test::put_row(10, 1, 2), test::put_row(20, 0, 2)});
    const Lines lines = this->reopened().lines;
    EXPECT_EQ(
        Lines(lines.begin() + 2, lines.end()),
        (Lines{
            "row 10 of 1 message 2 state 0 pid 0 qos 1 id 0",
            "row 20 of 0 message 2 state 0 pid 0 qos 1 id 0",
            "row 30 of 1 message 2 state 0 pid 0 qos 1 id 0"})
    );
}

TYPED_TEST(store_contract, a_row_is_updated_on_its_way_and_lets_its_message_go) {
    this->commit(
        {test::put_session(1, "a"),
         test::put_message(2, "t"),
         test::put_message(3, "t"),
         test::put_row(4, 1, 2),
         test::put_row(5, 1, 3)}
    );
    this->commit(
        {test::update_row(4, RowState::awaiting_pubrec, 17),
         test::update_row(5, RowState::awaiting_puback, 18),
         test::update_row(77, RowState::awaiting_puback, 19)}
    );
    Lines lines = this->reopened().lines;
    EXPECT_EQ(
        Lines(lines.end() - 2, lines.end()),
        (Lines{
            "row 4 of 1 message 2 state 2 pid 17 qos 1 id 0",
            "row 5 of 1 message 3 state 1 pid 18 qos 1 id 0"})
    );
    this->commit(
        {test::update_row(4, RowState::awaiting_pubcomp, 17), test::drop(Kind::drop_message, 2)}
    );
    const LoadedStore loaded = this->reopened();
    EXPECT_EQ(loaded.summary.orphans, 0U);
    EXPECT_EQ(
        Lines(loaded.lines.end() - 2, loaded.lines.end()),
        (Lines{
            "row 4 of 1 message 0 state 3 pid 17 qos 1 id 0",
            "row 5 of 1 message 3 state 1 pid 18 qos 1 id 0"})
    );
}

TYPED_TEST(store_contract, what_is_dropped_is_gone_and_dropping_it_again_is_no_error) {
    this->commit(
        {test::put_session(1, "a"),
         test::put_message(2, "t"),
         test::put_message(3, "u"),
         test::put_row(4, 1, 2),
         test::put_row(5, 0, 3)}
    );
    for (int time = 0; time < 2; ++time)
        this->commit({test::drop(Kind::drop_row, 4), test::drop(Kind::drop_message, 2)});
    EXPECT_EQ(
        this->reopened().lines,
        (Lines{
            "session 1 'a' user '' at '' expiry 60",
            "message 3 u 'payload' properties '' mask 0 qos 1 from 0",
            "row 5 of 0 message 3 state 0 pid 0 qos 1 id 0"})
    );
}

TYPED_TEST(store_contract, what_is_between_dropped_ids_stays) {
    std::vector<Change> puts{test::put_session(1, "a")};
    std::vector<Change> drops;
    for (mqttd::StoreId id = 2; id <= 20; ++id) {
        puts.push_back(test::put_message(id, "t"));
        puts.push_back(test::put_row(id, 1, id));
        const bool stays = id == 7 || id == 12 || id == 13;
        if (stays) continue;
        drops.insert(drops.begin(), test::drop(Kind::drop_row, id));
        drops.push_back(test::drop(Kind::drop_message, id));
    }
    ASSERT_TRUE(this->store_->commit(puts, noon).has_value());
    ASSERT_TRUE(this->store_->commit(drops, noon).has_value());
    const Lines lines = this->reopened().lines;
    ASSERT_EQ(lines.size(), 7U);
    EXPECT_EQ(
        Lines(lines.end() - 3, lines.end()),
        (Lines{
            "row 7 of 1 message 7 state 0 pid 0 qos 1 id 0",
            "row 12 of 1 message 12 state 0 pid 0 qos 1 id 0",
            "row 13 of 1 message 13 state 0 pid 0 qos 1 id 0"})
    );
}

TYPED_TEST(store_contract, expiries_are_kept_by_the_calendar) {
    mqttd::MessageParts parts;
    parts.topic = "t";
    parts.expires = noon.steady + 90s;
    this->commit({test::put_message(1, parts), test::put_row(2, 0, 1)});
    // The machine was started again meanwhile: its steady clock begins anew.
    const mqttd::StoreTimes later{base::SteadyTime{} + 5s, noon.wall + 60s};
    EXPECT_EQ(
        this->reopened(later).lines.front(),
        "message 1 t '' properties '' mask 0 qos 0 from 0 expires in 30000"
    );
    const mqttd::StoreTimes too_late{base::SteadyTime{} + 5s, noon.wall + 100s};
    EXPECT_EQ(
        this->reopened(too_late).lines.front(),
        "message 1 t '' properties '' mask 0 qos 0 from 0 expires in -10000"
    );
}

TYPED_TEST(store_contract, a_commit_that_fails_leaves_nothing_and_may_be_tried_again) {
    this->open(true);
    const std::string huge(2'000'000, 'h');
    const std::vector<Change> changes{
        test::put_session(1, "a"),
        test::put_message(2, "t", "small"),
        test::put_row(3, 0, 2),
        test::put_message(4, "t", huge),
        test::put_row(5, 0, 4)};
    const auto failed = this->store_->commit(changes, noon);
    ASSERT_TRUE(failed.has_error());
    EXPECT_EQ(failed.error().fault, mqttd::StoreFault::no_space) << failed.error().text;
    this->commit({test::put_session(9, "later")});
    EXPECT_EQ(this->reopened().lines, Lines{"session 9 'later' user '' at '' expiry 60"});
    EXPECT_TRUE(this->store_->commit(changes, noon).has_value());
    EXPECT_EQ(this->reopened().lines.size(), 6U);
}

TYPED_TEST(store_contract, the_highest_id_is_that_of_all_kinds_together) {
    this->commit({test::put_session(30, "a")});
    EXPECT_EQ(this->reopened().summary.highest_id, 30U);
    this->commit({test::put_message(41, "t"), test::put_row(31, 0, 41)});
    EXPECT_EQ(this->reopened().summary.highest_id, 41U);
    this->commit({test::put_row(1'000'000'000'000, 30, 41)});
    EXPECT_EQ(this->reopened().summary.highest_id, 1'000'000'000'000U);
}

TYPED_TEST(store_contract, a_store_is_clean_when_it_was_closed) {
    this->commit({test::put_session(1, "a")});
    EXPECT_FALSE(this->reopened().summary.was_clean);
    EXPECT_TRUE(this->store_->close().has_value());
    LoadedStore loaded = this->reopened();
    EXPECT_TRUE(loaded.summary.was_clean);
    EXPECT_EQ(loaded.lines.size(), 1U);
    this->commit({test::put_session(2, "b")});
    EXPECT_FALSE(this->reopened().summary.was_clean);
}

TYPED_TEST(store_contract, orphans_are_counted_and_dropped) {
    this->commit(
        {test::put_session(1, "a"),
         test::put_message(2, "wanted"),
         test::put_message(3, "nobody waits for it"),
         test::put_message(4, "only a row of nobody waits for it"),
         test::put_row(5, 1, 2),
         test::put_row(6, 99, 4),
         test::put_row(7, 99, 2),
         test::put_row(8, 1, 77),
         test::put_subscription(99, "t"),
         test::change_unreleased(Kind::put_unreleased, 99, 1)}
    );
    LoadedStore loaded = this->reopened();
    EXPECT_EQ(loaded.summary.orphans, 5U);
    const Lines whole{
        "session 1 'a' user '' at '' expiry 60",
        "message 2 wanted 'payload' properties '' mask 0 qos 1 from 0",
        "row 5 of 1 message 2 state 0 pid 0 qos 1 id 0"};
    EXPECT_EQ(loaded.lines, whole);
    loaded = this->reopened();
    EXPECT_EQ(loaded.summary.orphans, 0U);
    EXPECT_EQ(loaded.lines, whole);
}

TYPED_TEST(store_contract, only_one_store_at_a_time_is_open) {
    const auto second = this->engine_.open();
    ASSERT_TRUE(second.has_error());
    EXPECT_EQ(second.error().fault, mqttd::StoreFault::in_use);
    this->store_.reset();
    EXPECT_TRUE(this->engine_.open().has_value());
}

TYPED_TEST(store_contract, the_size_grows_with_what_is_stored) {
    const std::uint64_t before = this->store_->size();
    this->commit({test::put_message(1, "t", std::string(500'000, 'x')), test::put_row(2, 0, 1)});
    EXPECT_GE(this->store_->size(), before + 500'000);
}

TYPED_TEST(store_contract, a_backup_has_what_was_committed_until_its_end) {
    std::vector<Change> changes{test::put_session(1, "a")};
    for (mqttd::StoreId id = 2; id <= 400; ++id) {
        changes.push_back(test::put_message(id, "t", std::string(5000, 'p')));
        changes.push_back(test::put_row(id, 1, id));
    }
    ASSERT_TRUE(this->store_->commit(changes, noon).has_value());
    const std::string path = this->engine_.backup_path();
    ASSERT_TRUE(this->store_->begin_backup(path, mqttd::OldBackup::keep).has_value());
    this->commit({test::put_session(9, "meanwhile"), test::drop(Kind::drop_row, 2)});
    this->commit({test::drop(Kind::drop_message, 2)});
    mqttd::StoreId id = 1000;
    for (auto more = this->store_->backup_step(); more.has_value() && *more;
         more = this->store_->backup_step()) {
        this->commit({test::put_session(++id, "during")});
    }
    const Lines expected = this->reopened().lines;
    auto opened = this->engine_.open_backup();
    ASSERT_TRUE(opened.has_value()) << opened.error().text;
    const LoadedStore copy(**opened, noon);
    EXPECT_EQ(copy.lines, expected);
    EXPECT_TRUE(copy.summary.was_clean);
}

TYPED_TEST(store_contract, a_backup_replaces_an_older_one_only_when_told_so) {
    const std::string path = this->engine_.backup_path();
    for (int time = 0; time < 2; ++time) {
        ASSERT_TRUE(this->store_->begin_backup(path, mqttd::OldBackup::replace).has_value());
        for (auto more = this->store_->backup_step(); more.has_value() && *more;)
            more = this->store_->backup_step();
        this->commit({test::put_session(1, "a")});
    }
    EXPECT_TRUE(this->store_->begin_backup(path, mqttd::OldBackup::keep).has_error());
    auto opened = this->engine_.open_backup();
    ASSERT_TRUE(opened.has_value()) << opened.error().text;
    EXPECT_EQ(LoadedStore(**opened, noon).lines.size(), 1U);
}

} // namespace
