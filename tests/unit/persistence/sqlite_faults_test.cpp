// What a failing disk comes to: which fault, what can go on, and that nothing is taken for stored
// that may not be there.
#include "tests/unit/persistence/faulty_disk.hpp"
#include "tests/unit/persistence/sqlite_fixture.hpp"
#include "tools/mqttd/persistence/sqlite_errors.hpp"

#include <cerrno>

namespace {

using mqttd::StoreFault;
using mqttd::sqlite::fault_of;

TEST(sqlite_errors, codes_mean_faults) {
    EXPECT_EQ(fault_of(SQLITE_FULL, 0), StoreFault::no_space);
    EXPECT_EQ(fault_of(SQLITE_IOERR_WRITE, ENOSPC), StoreFault::no_space);
    EXPECT_EQ(fault_of(SQLITE_IOERR_WRITE, EDQUOT), StoreFault::no_space);
    EXPECT_EQ(fault_of(SQLITE_IOERR_WRITE, EFBIG), StoreFault::no_space);
    EXPECT_EQ(fault_of(SQLITE_IOERR_WRITE, EIO), StoreFault::io);
    EXPECT_EQ(fault_of(SQLITE_IOERR_READ, EIO), StoreFault::io);
    EXPECT_EQ(fault_of(SQLITE_IOERR_FSYNC, EIO), StoreFault::flush_failed);
    EXPECT_EQ(fault_of(SQLITE_IOERR_FSYNC, ENOSPC), StoreFault::flush_failed);
    EXPECT_EQ(fault_of(SQLITE_IOERR_DIR_FSYNC, EIO), StoreFault::flush_failed);
    EXPECT_EQ(fault_of(SQLITE_READONLY, 0), StoreFault::read_only);
    EXPECT_EQ(fault_of(SQLITE_CANTOPEN, EROFS), StoreFault::read_only);
    EXPECT_EQ(fault_of(SQLITE_CANTOPEN, EMFILE), StoreFault::io);
    EXPECT_EQ(fault_of(SQLITE_CORRUPT, 0), StoreFault::corrupt);
    EXPECT_EQ(fault_of(SQLITE_NOTADB, 0), StoreFault::corrupt);
    EXPECT_EQ(fault_of(SQLITE_BUSY, 0), StoreFault::in_use);
    EXPECT_EQ(fault_of(SQLITE_NOMEM, 0), StoreFault::other);
}

class sqlite_faults : public test::SqliteTest { // NOLINT(readability-identifier-naming)
protected:
    [[nodiscard]] StoreFault fault_of_commit(mqttd::StoreId session) const {
        const test::Change change = test::put_session(session, "a");
        const auto done = store->commit({&change, 1}, test::noon);
        EXPECT_TRUE(done.has_error());
        return done.has_error() ? done.error().fault : StoreFault::other;
    }

    test::FaultyDisk disk; // NOLINT(*-non-private-member-variables-in-classes)
};

TEST_F(sqlite_faults, every_commit_is_flushed_when_that_is_wanted_and_none_otherwise) {
    open();
    commit({test::put_session(1, "a")});
    unsigned before = disk.syncs();
    commit({test::put_session(2, "b")});
    commit({test::put_session(3, "c")});
    EXPECT_EQ(disk.syncs(), before);
    settings.fsync = true;
    open();
    commit({test::put_session(4, "d")});
    before = disk.syncs();
    commit({test::put_session(5, "e")});
    commit({test::put_session(6, "f")});
    EXPECT_EQ(disk.syncs(), before + 2);
}

TEST_F(sqlite_faults, after_a_flush_that_failed_nothing_is_accepted_any_more) {
    settings.fsync = true;
    open();
    commit({test::put_session(1, "a")});
    disk.fail("-wal", {.sync = SQLITE_IOERR_FSYNC});
    EXPECT_EQ(fault_of_commit(2), StoreFault::flush_failed);
    disk.heal();
    EXPECT_EQ(fault_of_commit(2), StoreFault::flush_failed);
    EXPECT_TRUE(store->tidy().has_error());
    EXPECT_TRUE(store->close().has_error());
    open();
    const test::LoadedStore loaded = load();
    EXPECT_FALSE(loaded.summary.was_clean);
    EXPECT_EQ(loaded.lines.front(), "session 1 'a' user '' at '' expiry 60");
}

TEST_F(sqlite_faults, a_flush_of_the_file_that_fails_when_the_log_moves_is_not_overlooked) {
    open();
    disk.fail(".store", {.sync = SQLITE_IOERR_FSYNC});
    const std::string payload(1'000'000, 'p');
    mqttd::StoreResult<void> done;
    mqttd::StoreId id = 0;
    while (done.has_value() && id < 100) {
        ++id;
        const std::array changes{test::put_message(id, "t", payload), test::put_row(id, 0, id)};
        done = store->commit(changes, test::noon);
    }
    ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().fault, StoreFault::flush_failed) << done.error().text;
    EXPECT_EQ(fault_of_commit(1000), StoreFault::flush_failed);
    disk.heal();
    open();
    EXPECT_EQ(count_rows(), id);
}

TEST_F(sqlite_faults, a_full_file_system_of_the_file_leaves_everything_in_the_log) {
    open();
    disk.fail(".store", {.write = SQLITE_FULL});
    const std::string payload(1'000'000, 'p');
    for (mqttd::StoreId id = 1; id <= 50; ++id)
        commit({test::put_message(id, "t", payload), test::put_row(id, 0, id)});
    EXPECT_GT(std::filesystem::file_size(settings.path + "-wal"), 50'000'000U);
    disk.heal();
    for (mqttd::StoreId id = 51; id <= 70; ++id)
        commit({test::put_message(id, "t", payload), test::put_row(id, 0, id)});
    open();
    EXPECT_EQ(count_rows(), 70U);
    EXPECT_GT(std::filesystem::file_size(settings.path), 50'000'000U);
}

TEST_F(sqlite_faults, a_log_that_cannot_be_written_is_an_error_that_goes_away) {
    open();
    commit({test::put_session(1, "a")});
    disk.fail("-wal", {.write = SQLITE_IOERR_WRITE});
    EXPECT_EQ(fault_of_commit(2), StoreFault::io);
    disk.fail("-wal", {.write = SQLITE_FULL});
    EXPECT_EQ(fault_of_commit(2), StoreFault::no_space);
    disk.heal();
    commit({test::put_session(2, "b")});
    open();
    EXPECT_EQ(load().lines.size(), 2U);
}

TEST_F(sqlite_faults, an_end_that_cannot_be_saved_is_said_and_loses_nothing) {
    for (const bool of_log : {true, false}) {
        open();
        commit({test::put_session(1, "a")});
        disk.fail(of_log ? "-wal" : ".store", {.write = SQLITE_FULL});
        EXPECT_TRUE(store->close().has_error());
        disk.heal();
        open();
        EXPECT_EQ(load().lines.size(), 1U);
        close();
    }
}

TEST_F(sqlite_faults, a_file_that_cannot_be_read_is_not_taken_for_corrupt) {
    open();
    fill(3000, 500);
    close();
    settings.on_corruption = mqttd::OnCorruption::start_empty;
    disk.fail(".store", {.read = SQLITE_IOERR_READ});
    EXPECT_EQ(open_error().fault, StoreFault::io);
    disk.heal();
    open();
    disk.fail(".store", {.read = SQLITE_IOERR_READ});
    EXPECT_EQ(load().error.fault, StoreFault::io);
    disk.heal();
    open();
    EXPECT_EQ(load().lines.size(), 6001U);
}

TEST_F(sqlite_faults, a_new_store_on_a_full_disk_leaves_nothing) {
    disk.fail(".new", {.write = SQLITE_FULL});
    EXPECT_EQ(open_error().fault, StoreFault::no_space);
    EXPECT_TRUE(files().empty());
}

} // namespace
