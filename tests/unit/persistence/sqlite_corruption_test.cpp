// Files that are not what was written: found, kept, explained, and never taken for an empty store.
#include "tests/unit/persistence/sqlite_fixture.hpp"

namespace {

using mqttd::OnCorruption;
using mqttd::StoreFault;
using Files = std::vector<std::string>;

// The corrupt file's name at noon.
constexpr const char* aside = "mqttd.store.corrupt-20210503T000000Z";

class sqlite_corruption : public test::SqliteTest { // NOLINT(readability-identifier-naming)
protected:
    /// A store with something in it, as a crash or an orderly end leaves it.
    void leave_store(bool closed) {
        open();
        fill(2000, 500);
        close();
        open();
        commit({test::put_session(2, "b")});
        if (closed) {
            close();
        } else {
            store.reset();
        }
    }

    void expect_refusal() {
        const mqttd::StoreError error = open_error();
        EXPECT_EQ(error.fault, StoreFault::corrupt) << error.text;
        EXPECT_NE(error.text.find(folder.path(aside)), std::string::npos) << error.text;
        EXPECT_FALSE(std::filesystem::exists(settings.path));
        EXPECT_TRUE(std::filesystem::exists(folder.path(aside)));
    }
};

TEST_F(sqlite_corruption, overwritten_pages_are_found_after_a_crash) {
    leave_store(false);
    overwrite(100'000, std::string(50'000, '\x5A'));
    const std::string log_before = content_of(settings.path + "-wal");
    expect_refusal();
    EXPECT_EQ(content_of(folder.path(aside) + "-wal"), log_before);
    EXPECT_EQ(files(), (Files{aside, std::string(aside) + "-wal"}));
}

TEST_F(sqlite_corruption, the_next_starts_are_refused_until_somebody_has_decided) {
    leave_store(false);
    overwrite(100'000, std::string(50'000, '\x5A'));
    expect_refusal();
    for (int start = 0; start < 2; ++start) {
        const mqttd::StoreError error = open_error();
        EXPECT_EQ(error.fault, StoreFault::corrupt);
        EXPECT_EQ(
            error.text,
            settings.path + ": was found corrupt and is kept as " + folder.path(aside) +
                "; bring a backup back as " + settings.path + ", or move " + folder.path(aside) +
                " elsewhere to start with an empty store"
        );
    }
    std::filesystem::rename(folder.path(aside), folder.path("elsewhere"));
    open();
    EXPECT_TRUE(load().lines.empty());
}

TEST_F(sqlite_corruption, an_empty_store_takes_its_place_when_that_is_wanted) {
    settings.on_corruption = OnCorruption::start_empty;
    for (const char* name : {aside, "mqttd.store.corrupt-20210503T000000Z-2"}) {
        leave_store(false);
        overwrite(100'000, std::string(50'000, '\x5A'));
        log.lines.clear();
        open();
        EXPECT_TRUE(load().lines.empty());
        EXPECT_TRUE(std::filesystem::exists(folder.path(name)));
        bool said = false;
        for (const std::string& line : log.lines)
            said = said || line.find("starting with an empty store") != std::string::npos;
        EXPECT_TRUE(said);
    }
}

TEST_F(sqlite_corruption, a_truncated_file_is_found) {
    leave_store(true);
    std::filesystem::resize_file(settings.path, 300'000);
    expect_refusal();
}

TEST_F(sqlite_corruption, an_empty_file_is_no_empty_store) {
    leave_store(false);
    std::filesystem::resize_file(settings.path, 0);
    expect_refusal();
}

TEST_F(sqlite_corruption, a_file_whose_beginning_is_zero_is_found) {
    leave_store(true);
    overwrite(0, std::string(4096, '\0'));
    expect_refusal();
}

TEST_F(sqlite_corruption, a_log_without_its_file_is_found) {
    leave_store(false);
    std::filesystem::remove(settings.path);
    const mqttd::StoreError error = open_error();
    EXPECT_EQ(error.fault, StoreFault::corrupt);
    EXPECT_NE(error.text.find("is missing, but its log is there"), std::string::npos);
    EXPECT_EQ(files(), Files{std::string(aside) + "-wal"});
    settings.on_corruption = OnCorruption::start_empty;
    open();
    EXPECT_TRUE(load().lines.empty());
}

TEST_F(sqlite_corruption, a_torn_end_of_the_log_is_no_corruption) {
    leave_store(false);
    std::filesystem::resize_file(
        settings.path + "-wal", std::filesystem::file_size(settings.path + "-wal") - 100
    );
    open();
    EXPECT_EQ(load().lines.size(), 4001U);
}

TEST_F(sqlite_corruption, overwritten_pages_of_a_closed_store_are_found_by_the_load) {
    leave_store(true);
    overwrite(100'000, std::string(50'000, '\x5A'));
    open();
    const test::LoadedStore loaded = load();
    EXPECT_EQ(loaded.error.fault, StoreFault::corrupt) << loaded.error.text;
    EXPECT_NE(loaded.error.text.find(folder.path(aside)), std::string::npos) << loaded.error.text;
    EXPECT_TRUE(std::filesystem::exists(folder.path(aside)));
    EXPECT_TRUE(store->commit({}, test::noon).has_error());
    EXPECT_TRUE(store->close().has_error());
    EXPECT_EQ(open_error().fault, StoreFault::corrupt);
}

class spoiled_value // NOLINT(readability-identifier-naming)
    : public sqlite_corruption,
      public testing::WithParamInterface<const char*> {};

TEST_P(spoiled_value, is_found_by_the_load) {
    open();
    fill(1, 10);
    commit(
        {test::put_subscription(1, "t"),
         test::change_unreleased(test::Change::Kind::put_unreleased, 1, 1)}
    );
    close();
    execute(GetParam());
    open();
    const test::LoadedStore loaded = load();
    EXPECT_EQ(loaded.error.fault, StoreFault::corrupt) << loaded.error.text;
    EXPECT_NE(loaded.error.text.find("is not what was written"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    persistence,
    spoiled_value,
    testing::Values(
        "UPDATE msg SET qos = 3",
        "UPDATE msg SET topic = ''",
        "UPDATE msg SET topic = 'a/#'",
        "UPDATE msg SET topic = CAST(x'61FF' AS TEXT)",
        "UPDATE msg SET properties = x'01'",
        "UPDATE msg SET properties = x'26FFFF6161'",
        "UPDATE q SET state = 4",
        "UPDATE q SET state = -1",
        "UPDATE q SET packet_id = 65536",
        "UPDATE q SET identifier = 1 << 32",
        "UPDATE q SET shared = 'nothing'",
        "UPDATE sub SET retain_handling = 3",
        "UPDATE sub SET filter = 'a#'",
        "UPDATE sub SET filter = '$share//t'",
        "UPDATE unreleased SET packet_id = 0",
        "UPDATE session SET expiry = -1",
        "UPDATE session SET will_topic = '#', will_qos = 0",
        "UPDATE session SET will_topic = 't', will_qos = 9"
    )
);

} // namespace
