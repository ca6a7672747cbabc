// What a mosquitto.db comes to in a store. The file is one of Debian's mosquitto 2.0.11; values
// that no mosquitto writes are made here.
#include "tests/unit/persistence/loaded_store.hpp"
#include "tools/mqttd/persistence/import_mosquitto.hpp"
#include "tools/mqttd/persistence/memory_store.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace {

using mqttd::MosquittoDb;
using mqttd::MosquittoState;
using Lines = test::LoadedStore::Lines;
using namespace std::chrono_literals;

constexpr std::int64_t written = 1'795'667'919; ///< when the file was, in seconds since 1970
const mqttd::StoreTimes then{
    base::SteadyTime{} + 1h, base::WallTime{} + std::chrono::seconds(written)};

std::string real_file() {
    std::ifstream file(
        MIDGE_SOURCE_DIR "/tests/fuzz/mosquitto_db_seeds/debian-2.0.11.db", std::ios::binary
    );
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Imported {
    explicit Imported(const MosquittoDb& db, const mqttd::StoreTimes& times = then) {
        const auto disk = std::make_shared<mqttd::MemoryDisk>();
        auto store = mqttd::MemoryStore::open(disk);
        const auto done = mqttd::import_mosquitto(db, **store, times);
        EXPECT_TRUE(done.has_value());
        summary = *done;
        const test::LoadedStore loaded(**store, times);
        EXPECT_EQ(loaded.summary.orphans, 0U);
        lines = loaded.lines;
    }

    mqttd::ImportSummary summary;
    Lines lines;
};

std::string error_of(const std::string& file) {
    const auto parsed = mqttd::parse_mosquitto_db(base::as_bytes(file));
    return parsed.has_error() ? parsed.error() : "";
}

TEST(mosquitto_import, a_real_file_comes_over_as_it_is) {
    const std::string file = real_file();
    const auto db = mqttd::parse_mosquitto_db(base::as_bytes(file));
    ASSERT_TRUE(db.has_value()) << db.error();
    const Imported imported(*db);
    const std::string at_once = " gone 1795667919000000";
    EXPECT_EQ(imported.summary.illegal, 0U);
    EXPECT_EQ(
        imported.lines,
        (Lines{
            "session 1 'anna' user '' v5 at '' expiry 3600" + at_once,
            "session 2 'old' user '' at '' expiry 4294967295" + at_once,
            "session 3 'shared' user '' at '' expiry 4294967295" + at_once,
            "session 4 'awaits-pubrec' user '' at '' expiry 4294967295" + at_once,
            "session 5 'awaits-pubcomp' user '' at '' expiry 4294967295" + at_once,
            "session 6 'awaits-puback' user '' at '' expiry 4294967295" + at_once,
            "session 7 'publisher' user '' at '' expiry 4294967295" + at_once,
            "subscription 1 a/# qos 2 rap rh 0 id 7",
            "subscription 2 b/+ qos 1 rh 0 id 0",
            "subscription 4 f/2 qos 2 rh 0 id 0",
            "subscription 5 f/2 qos 2 rh 0 id 0",
            "subscription 6 f/1 qos 1 rh 0 id 0",
            "unreleased 7 200",
            "message 8 a/1 'with properties' properties "
            "'\\x03\\x00\\x0atext/plain&\\x00\\x01k\\x00\\x01v' mask 274877906952 qos 2 from 0",
            "message 10 a/2 'expires' properties '' mask 0 qos 1 from 0 expires in 3600000",
            "message 12 a/3 '\\x00\\xff' properties '' mask 0 qos 1 from 0",
            "message 14 b/1 'old' properties '' mask 0 qos 1 from 0",
            "message 16 s/1 'for one of the group' properties '' mask 0 qos 1 from 0",
            "message 18 f/2 'two' properties '' mask 0 qos 2 from 0",
            "message 21 f/1 'one' properties '' mask 0 qos 1 from 0",
            "message 23 a/in 'inbound' properties '' mask 0 qos 2 from 0",
            "message 25 r/1 'kept' properties "
            "'\\x03\\x00\\x0atext/plain&\\x00\\x01k\\x00\\x01v' mask 274877906952 qos 1 r from 0",
            "row 9 of 1 message 8 state 0 pid 0 qos 2 id 7",
            "row 11 of 1 message 10 state 0 pid 0 qos 1 id 7",
            "row 13 of 1 message 12 state 0 pid 0 qos 1 id 7",
            "row 15 of 2 message 14 state 0 pid 0 qos 1 id 0",
            "row 17 of 3 message 16 state 0 pid 0 qos 1 id 0",
            "row 19 of 4 message 18 state 2 pid 1 qos 2 id 0",
            "row 20 of 5 message 0 state 3 pid 1 qos 2 id 0",
            "row 22 of 6 message 21 state 1 pid 1 qos 1 id 0",
            "row 24 of 1 message 23 state 0 pid 0 qos 2 id 7",
            "row 26 of 0 message 25 state 0 pid 0 qos 1 r id 0"})
    );
}

TEST(mosquitto_import, what_has_expired_is_left_out) {
    const std::string file = real_file();
    const auto db = mqttd::parse_mosquitto_db(base::as_bytes(file));
    ASSERT_TRUE(db.has_value());
    const mqttd::StoreTimes later{then.steady, then.wall + 2h};
    const Imported imported(*db, later);
    EXPECT_EQ(imported.summary.sessions, 6U);
    EXPECT_EQ(imported.summary.expired, 1U);
    EXPECT_EQ(imported.summary.queued, 5U);
}

TEST(mosquitto_import, a_file_that_ends_early_is_an_error_wherever_it_ends) {
    const std::string file = real_file();
    unsigned whole = 0;
    for (std::size_t size = 0; size < file.size(); ++size) {
        const std::string error = error_of(file.substr(0, size));
        // Between two chunks nothing seems to be missing.
        if (error.empty()) ++whole;
    }
    EXPECT_EQ(whole, 32U);
    EXPECT_EQ(error_of("mosquitto"), "is no mosquitto.db");
    EXPECT_EQ(error_of(""), "is no mosquitto.db");
    EXPECT_EQ(error_of(file.substr(0, 20)), "ends in its header");
    EXPECT_EQ(error_of(file.substr(0, 60)), "ends in the middle of the chunk at byte 47");
}

TEST(mosquitto_import, other_formats_are_named) {
    std::string file = real_file();
    file[22] = 4;
    EXPECT_EQ(
        error_of(file),
        "has format 4 of mosquitto.db, of mosquitto 1.5 or older; start a mosquitto 2.0 with it "
        "once, "
        "which brings it up to date"
    );
    file[22] = 7;
    EXPECT_EQ(
        error_of(file),
        "has format 7 of mosquitto.db; formats 5 and 6 (mosquitto 1.6 to 2.0) can be read"
    );
}

TEST(mosquitto_import, a_chunk_that_lies_about_its_texts_is_an_error) {
    std::string file = real_file();
    file[47 + 8 + 26] = 0x7F; // the length of the first message's topic
    EXPECT_EQ(
        error_of(file),
        "has a chunk at byte 47 (kind 2, 52 bytes) that is shorter than what it says to have"
    );
}

TEST(mosquitto_import, unknown_chunks_are_left_out) {
    std::string file = real_file();
    file += std::string("\0\0\0\x63\0\0\0\x03xyz", 11);
    EXPECT_EQ(error_of(file), "");
}

/// Sessions a and b without end, both subscribed to t/#; a message t/1 in nobody's queue.
MosquittoDb small() {
    MosquittoDb db;
    for (const char* id : {"a", "b"}) {
        db.clients.push_back({.client_id = id, .expiry_interval = mqtt::session_never_expires});
        db.subscriptions.push_back({.client_id = id, .filter = "t/#", .qos = 1});
    }
    db.messages.push_back({.id = 1, .topic = "t/1", .payload = base::as_bytes("x"), .qos = 2});
    return db;
}

MosquittoDb::ClientMessage outbound(MosquittoState state, std::uint8_t qos) {
    return {
        .client_id = "a",
        .message = 1,
        .packet_id = 5,
        .qos = qos,
        .state = static_cast<std::uint8_t>(state)};
}

MosquittoDb::ClientMessage inbound(std::uint16_t packet_id) {
    MosquittoDb::ClientMessage message = outbound(MosquittoState::wait_for_pubrel, 2);
    message.packet_id = packet_id;
    message.inbound = true;
    return message;
}

TEST(mosquitto_import, a_message_that_waits_for_pubrel_reaches_every_subscriber_once) {
    MosquittoDb db = small();
    db.subscriptions.push_back({.client_id = "b", .filter = "t/1", .qos = 2});
    db.subscriptions.push_back({.client_id = "a", .filter = "$share/g/t/1", .qos = 1});
    db.subscriptions.push_back({.client_id = "b", .filter = "$share/g/t/1", .qos = 1});
    db.subscriptions.push_back({.client_id = "b", .filter = "other", .qos = 1});
    db.client_messages.push_back(inbound(7));
    const Imported imported(db);
    EXPECT_EQ(
        Lines(imported.lines.end() - 5, imported.lines.end()),
        (Lines{
            "unreleased 1 7",
            "message 3 t/1 'x' properties '' mask 0 qos 2 from 0",
            "row 4 of 1 message 3 state 0 pid 0 qos 1 id 0 shared g t/1",
            "row 5 of 1 message 3 state 0 pid 0 qos 1 id 0",
            "row 6 of 2 message 3 state 0 pid 0 qos 2 id 0"})
    );
}

TEST(mosquitto_import, a_subscriber_that_wants_no_own_messages_gets_none) {
    MosquittoDb db = small();
    db.subscriptions[0].options = 0x04;
    db.client_messages.push_back(inbound(7));
    const Imported imported(db);
    EXPECT_EQ(imported.summary.queued, 1U);
    EXPECT_EQ(imported.lines.back(), "row 4 of 2 message 3 state 0 pid 0 qos 1 id 0");
}

TEST(mosquitto_import, an_inbound_message_to_be_retained_replaces_the_one_before) {
    MosquittoDb db = small();
    db.messages.push_back(
        {.id = 2, .topic = "t/1", .payload = base::as_bytes("y"), .qos = 2, .retain = true}
    );
    db.retained = {1};
    db.client_messages.push_back(inbound(7));
    db.client_messages.back().message = 2;
    EXPECT_EQ(Imported(db).summary.retained, 1U);
    EXPECT_EQ(Imported(db).lines.back(), "row 6 of 0 message 3 state 0 pid 0 qos 2 r id 0");
    db.messages.back().payload = {};
    EXPECT_EQ(Imported(db).summary.retained, 0U);
}

TEST(mosquitto_import, sessions_that_end_with_their_connection_are_left_out_with_all_they_have) {
    MosquittoDb db = small();
    db.clients[0].expiry_interval = 0;
    db.client_messages.push_back(outbound(MosquittoState::queued, 1));
    db.client_messages.push_back(inbound(7));
    const Imported imported(db);
    EXPECT_EQ(imported.summary.sessions, 1U);
    EXPECT_EQ(imported.summary.subscriptions, 1U);
    EXPECT_EQ(imported.summary.queued, 0U);
    EXPECT_EQ(imported.summary.illegal, 0U);
}

TEST(mosquitto_import, what_mqtt_does_not_allow_is_left_out_and_counted) {
    MosquittoDb db = small();
    db.clients.push_back({.client_id = "a", .expiry_interval = 5});
    db.clients.push_back({.client_id = "", .expiry_interval = 5});
    db.clients.push_back({.client_id = "\xFF", .expiry_interval = 5});
    db.subscriptions.push_back({.client_id = "a", .filter = "t#", .qos = 1});
    db.subscriptions.push_back({.client_id = "a", .filter = "t", .qos = 3});
    db.subscriptions.push_back({.client_id = "a", .filter = "t", .qos = 1, .options = 0x30});
    db.subscriptions.push_back({.client_id = "nobody", .filter = "t", .qos = 1});
    db.messages.push_back({.id = 1, .topic = "again"});
    db.messages.push_back({.id = 2, .topic = "t/+"});
    db.retained.push_back(2);
    const std::size_t alone = db.clients.size() + db.subscriptions.size() - 4 + 1;
    EXPECT_EQ(Imported(db).summary.illegal, alone);
    using State = MosquittoState;
    const std::uint8_t good_subscription[]{0x02, 0x0B, 0x07};
    db.client_messages = {
        outbound(State::wait_for_puback, 1), // this one is legal, with its identifier
        outbound(State::wait_for_pubrec, 2), // the same packet identifier
        outbound(State::wait_for_puback, 2),
        outbound(State::queued, 3),
        outbound(State::wait_for_pubrel, 2),
        outbound(static_cast<State>(0), 1),
        outbound(State::queued, 1),
        inbound(0),
        inbound(9), // legal
        inbound(9),
    };
    db.client_messages[0].properties = good_subscription;
    db.client_messages[6].properties = base::as_bytes("\x02\x0B");
    const Imported imported(db);
    EXPECT_EQ(imported.summary.illegal, alone + 8);
    EXPECT_EQ(imported.summary.queued, 3U);
}

} // namespace
