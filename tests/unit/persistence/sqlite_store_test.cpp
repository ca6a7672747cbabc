// The file of a store: who may read it, who may open it, how large it gets.
#include "tests/unit/persistence/sqlite_fixture.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace {

using test::Change;
using Files = std::vector<std::string>;
using mqttd::StoreFault;

class sqlite_store : public test::SqliteTest {}; // NOLINT(readability-identifier-naming)

TEST_F(sqlite_store, a_new_file_and_its_log_belong_to_their_owner_alone) {
    const mode_t before = ::umask(0);
    open();
    commit({test::put_session(1, "a")});
    ::umask(before);
    EXPECT_EQ(mode_of("mqttd.store"), 0600U);
    EXPECT_EQ(mode_of("mqttd.store-wal"), 0600U);
    EXPECT_EQ(files(), (Files{"mqttd.store", "mqttd.store-wal"}));
}

TEST_F(sqlite_store, a_closed_store_is_one_file) {
    open();
    commit({test::put_session(1, "a")});
    close();
    EXPECT_EQ(files(), Files{"mqttd.store"});
}

TEST_F(sqlite_store, a_store_that_nothing_was_written_to_is_left_as_it_was) {
    open();
    close();
    const std::string before = content_of(settings.path);
    open();
    EXPECT_TRUE(load().summary.was_clean);
    close();
    EXPECT_EQ(content_of(settings.path), before);
}

TEST_F(sqlite_store, what_an_interrupted_creation_left_is_replaced) {
    std::ofstream(settings.path + ".new") << "half of someth";
    std::ofstream(settings.path + ".new-wal") << "ing";
    open();
    commit({test::put_session(1, "a")});
    close();
    EXPECT_EQ(files(), Files{"mqttd.store"});
}

TEST_F(sqlite_store, a_missing_folder_is_an_error_and_not_made) {
    settings.path = folder.path("missing") + "/mqttd.store";
    const mqttd::StoreError error = open_error();
    EXPECT_EQ(error.fault, StoreFault::io);
    EXPECT_NE(error.text.find("the folder must exist"), std::string::npos) << error.text;
    EXPECT_EQ(files(), Files{});
}

/// Without the rights of root, which may write everything, while it lives.
class AsSomebody {
public:
    explicit AsSomebody(const mqttd::SqliteStoreSettings& settings) {
        constexpr ::uid_t somebody = 65534;
        if (!is_root_) return;
        const std::string folder = settings.path.substr(0, settings.path.rfind('/'));
        EXPECT_EQ(::chmod(folder.c_str(), 0755), 0);
        EXPECT_EQ(::chown(settings.path.c_str(), somebody, static_cast<::gid_t>(-1)), 0);
        EXPECT_EQ(::seteuid(somebody), 0);
    }

    AsSomebody(const AsSomebody&) = delete;
    AsSomebody& operator=(const AsSomebody&) = delete;

    ~AsSomebody() {
        if (is_root_) {
            EXPECT_EQ(::seteuid(0), 0);
        }
    }

private:
    const bool is_root_ = ::geteuid() == 0;
};

TEST_F(sqlite_store, a_file_that_may_not_be_written_is_said_to_be_so) {
    open();
    close();
    ::chmod(settings.path.c_str(), 0400);
    const AsSomebody somebody(settings);
    EXPECT_EQ(open_error().fault, StoreFault::read_only);
}

/// Another process that has a store open until it is killed.
class Holder {
public:
    explicit Holder(const mqttd::SqliteStoreSettings& settings) {
        EXPECT_EQ(::pipe(ready_.data()), 0);
        process_ = ::fork();
        if (process_ == 0) hold(settings);
        ::close(ready_[1]);
        char answer = 0;
        EXPECT_EQ(::read(ready_[0], &answer, 1), 1);
    }

    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    ~Holder() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        ::close(ready_[0]);
    }

private:
    [[noreturn]] void hold(const mqttd::SqliteStoreSettings& settings) const {
        test::LogLines log;
        auto opened = mqttd::open_sqlite_store(settings, log, test::noon.wall);
        const Change change = test::put_session(1, "held");
        const bool stored =
            opened.has_value() && (*opened)->commit({&change, 1}, test::noon).has_value();
        if (stored && ::write(ready_[1], "r", 1) == 1) ::pause();
        ::_exit(1);
    }

    std::array<int, 2> ready_{};
    pid_t process_ = -1;
};

TEST_F(sqlite_store, a_second_process_is_refused_and_has_everything_when_the_first_was_killed) {
    {
        const Holder holder(settings);
        const mqttd::StoreError error = open_error();
        EXPECT_EQ(error.fault, StoreFault::in_use);
        EXPECT_EQ(
            error.text,
            settings.path + ": cannot open: database is locked; another process has it open: stop "
                            "that one, or give this one another file"
        );
    }
    open();
    const test::LoadedStore loaded = load();
    EXPECT_FALSE(loaded.summary.was_clean);
    EXPECT_EQ(loaded.lines.size(), 1U);
}

TEST_F(sqlite_store, what_is_no_database_is_left_alone) {
    settings.on_corruption = mqttd::OnCorruption::start_empty;
    std::ofstream(settings.path) << std::string(20'000, 'x');
    const mqttd::StoreError error = open_error();
    EXPECT_EQ(error.fault, StoreFault::wrong_version);
    EXPECT_EQ(
        error.text,
        settings.path + ": is no database, not a store of mqttd; give the store another name"
    );
    EXPECT_EQ(files(), Files{"mqttd.store"});
}

TEST_F(sqlite_store, a_database_of_another_program_is_left_alone) {
    settings.on_corruption = mqttd::OnCorruption::start_empty;
    execute("CREATE TABLE contacts(name TEXT); INSERT INTO contacts VALUES('anna')");
    const std::string before = content_of(settings.path);
    EXPECT_EQ(open_error().fault, StoreFault::wrong_version);
    EXPECT_EQ(content_of(settings.path), before);
    EXPECT_EQ(files(), Files{"mqttd.store"});
}

TEST_F(sqlite_store, a_folder_is_no_store) {
    std::filesystem::create_directory(settings.path);
    EXPECT_EQ(open_error().fault, StoreFault::wrong_version);
}

TEST_F(sqlite_store, a_store_of_a_newer_version_is_refused_and_left_alone) {
    open();
    commit({test::put_session(1, "a")});
    close();
    execute("PRAGMA user_version = 99");
    settings.on_corruption = mqttd::OnCorruption::start_empty;
    const mqttd::StoreError error = open_error();
    EXPECT_EQ(error.fault, StoreFault::wrong_version);
    EXPECT_NE(error.text.find("version 99 of the tables, this one knows 1"), std::string::npos)
        << error.text;
    execute("PRAGMA user_version = 1");
    open();
    EXPECT_EQ(load().lines.size(), 1U);
}

TEST_F(sqlite_store, a_full_store_takes_again_what_was_made_room_for) {
    settings.size_limit = 2'000'000;
    open();
    const std::string payload(100'000, 'p');
    mqttd::StoreId id = 0;
    mqttd::StoreResult<void> done;
    while (done.has_value() && id < 100) {
        ++id;
        const std::array changes{test::put_message(id, "t", payload), test::put_row(id, 0, id)};
        done = store->commit(changes, test::noon);
    }
    ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().fault, StoreFault::no_space);
    EXPECT_NE(done.error().text.find("2000000 bytes"), std::string::npos) << done.error().text;
    EXPECT_GT(id, 15U);
    commit({test::drop(Change::Kind::drop_row, 1), test::drop(Change::Kind::drop_message, 1)});
    commit({test::put_message(id, "t", payload), test::put_row(id, 0, id)});
}

/// No file of this process may grow beyond some size: a disk that is full.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : signal_(::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }

    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, signal_);
    }

private:
    rlimit before_{};
    sighandler_t signal_;
};

TEST_F(sqlite_store, a_full_disk_is_survived) {
    open();
    commit({test::put_session(1, "a")});
    const std::vector<Change> changes{
        test::put_message(2, "t", std::string(1'000'000, 'p')), test::put_row(2, 1, 2)};
    {
        const FileSizeLimit limit(200'000);
        for (int time = 0; time < 3; ++time) {
            const auto failed = store->commit(changes, test::noon);
            ASSERT_TRUE(failed.has_error());
            EXPECT_EQ(failed.error().fault, StoreFault::no_space) << failed.error().text;
        }
        commit({test::put_session(3, "small")});
    }
    EXPECT_TRUE(store->commit(changes, test::noon).has_value());
    open();
    EXPECT_EQ(load().lines.size(), 4U);
}

TEST_F(sqlite_store, a_change_that_fails_takes_the_others_of_its_commit_back) {
    open();
    close();
    execute("DROP TABLE unreleased");
    // Without its table the statements do not fit the file any more.
    EXPECT_EQ(open_error().fault, StoreFault::other);
    execute("CREATE TABLE unreleased(session INTEGER CHECK (session < 9), packet_id INTEGER)");
    open();
    const std::array changes{
        test::put_session(1, "a"), test::change_unreleased(Change::Kind::put_unreleased, 10, 1)};
    const auto failed = store->commit(changes, test::noon);
    ASSERT_TRUE(failed.has_error());
    EXPECT_EQ(failed.error().fault, StoreFault::other);
    commit({test::put_session(2, "b")});
    open();
    EXPECT_EQ(load().lines, (test::LoadedStore::Lines{"session 2 'b' user '' at '' expiry 60"}));
}

TEST_F(sqlite_store, the_file_shrinks_when_what_it_held_is_gone) {
    open();
    fill(4000, 5000);
    const std::uint64_t full = store->size();
    std::vector<Change> drops;
    for (mqttd::StoreId id = 1; id <= 4000; ++id) {
        drops.push_back(test::drop(Change::Kind::drop_row, id));
        drops.push_back(test::drop(Change::Kind::drop_message, id));
    }
    ASSERT_TRUE(store->commit(drops, test::noon).has_value());
    unsigned slices = 0;
    for (auto more = store->tidy(); more.has_value() && *more; more = store->tidy())
        ++slices;
    EXPECT_GT(slices, 10U);
    close();
    EXPECT_GT(full, 20'000'000U);
    EXPECT_LT(std::filesystem::file_size(settings.path), 4'000'000U);
}

TEST_F(sqlite_store, the_log_does_not_grow_without_end) {
    open();
    for (int round = 0; round < 4; ++round)
        fill(4000, 5000);
    EXPECT_LT(std::filesystem::file_size(settings.path + "-wal"), 45'000'000U);
}

TEST_F(sqlite_store, a_hundred_thousand_messages_come_back) {
    open();
    fill(100'000, 10);
    open();
    const test::LoadedStore loaded = load();
    EXPECT_EQ(loaded.lines.size(), 200'001U);
    EXPECT_EQ(loaded.summary.highest_id, 100'000U);
    EXPECT_EQ(loaded.lines.back(), "row 100000 of 1 message 100000 state 0 pid 0 qos 1 id 0");
}

TEST_F(sqlite_store, a_backup_comes_in_slices_and_belongs_to_its_owner_alone) {
    open();
    fill(2000, 5000);
    ASSERT_TRUE(store->begin_backup(folder.path("b"), mqttd::OldBackup::keep).has_value());
    unsigned slices = 0;
    while (true) {
        const auto more = store->backup_step();
        ASSERT_TRUE(more.has_value()) << more.error().text;
        if (!*more) break;
        ++slices;
        EXPECT_FALSE(std::filesystem::exists(folder.path("b")));
    }
    EXPECT_GT(slices, 15U);
    EXPECT_EQ(mode_of("b"), 0600U);
    close();
    EXPECT_EQ(files(), (Files{"b", "mqttd.store"}));
}

TEST_F(sqlite_store, a_backup_that_is_given_up_leaves_nothing_and_hurts_nothing) {
    open();
    fill(2000, 500);
    ASSERT_TRUE(store->begin_backup(folder.path("b"), mqttd::OldBackup::keep).has_value());
    EXPECT_TRUE(*store->backup_step());
    {
        const FileSizeLimit limit(600'000);
        auto more = store->backup_step();
        while (more.has_value() && *more)
            more = store->backup_step();
        ASSERT_TRUE(more.has_error());
        EXPECT_EQ(more.error().fault, StoreFault::no_space) << more.error().text;
    }
    EXPECT_EQ(files(), (Files{"mqttd.store", "mqttd.store-wal"}));
    ASSERT_TRUE(store->begin_backup(folder.path("b"), mqttd::OldBackup::keep).has_value());
    EXPECT_TRUE(*store->backup_step());
    commit({test::put_session(2, "b")});
    close();
    EXPECT_EQ(files(), Files{"mqttd.store"});
    open();
    EXPECT_EQ(load().lines.size(), 4002U);
    const auto begun = store->begin_backup(folder.path("no") + "/b", mqttd::OldBackup::keep);
    EXPECT_TRUE(begun.has_error());
}

} // namespace
