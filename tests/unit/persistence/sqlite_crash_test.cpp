// A process that is killed while it commits: whatever it was told to be stored is there, whole
// commits only.
#include "tests/unit/persistence/sqlite_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>

namespace {

using mqttd::StoreId;
using test::Change;

constexpr StoreId kept = 40; ///< messages; the ones before are dropped

/// One commit: message and row of this id come, those of an older one go.
std::vector<Change> changes_of(StoreId id) {
    const std::size_t size = id % 7 * 3000 + 1;
    std::vector<Change> changes{
        test::put_message(id, "t", std::string(size, static_cast<char>('a' + id % 26))),
        test::put_row(id, 0, id)};
    if (id > kept) {
        changes.push_back(test::drop(Change::Kind::drop_row, id - kept));
        changes.push_back(test::drop(Change::Kind::drop_message, id - kept));
    }
    return changes;
}

/// A process that commits one id after the other, and says so after each.
class Writer {
public:
    Writer(const mqttd::SqliteStoreSettings& settings, StoreId first) {
        EXPECT_EQ(::pipe(pipe_.data()), 0);
        process_ = ::fork();
        if (process_ == 0) write(settings, first);
        ::close(pipe_[1]);
    }

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    ~Writer() { ::close(pipe_[0]); }

    /// The next id that is stored; 0 when the process has ended.
    [[nodiscard]] StoreId next() const {
        StoreId id = 0;
        return ::read(pipe_[0], &id, sizeof id) == sizeof id ? id : 0;
    }

    void kill() const {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

private:
    [[noreturn]] void write(const mqttd::SqliteStoreSettings& settings, StoreId id) const {
        test::LogLines log;
        auto opened = mqttd::open_sqlite_store(settings, log, test::noon.wall);
        if (opened.has_error()) ::_exit(1);
        const test::LoadedStore loaded(**opened, test::noon);
        while (true) {
            const auto changes = changes_of(id);
            if ((*opened)->commit(changes, test::noon).has_error()) ::_exit(1);
            if (::write(pipe_[1], &id, sizeof id) != sizeof id) ::_exit(1);
            ++id;
        }
    }

    std::array<int, 2> pipe_{};
    pid_t process_ = -1;
};

/// Looks at the payloads as well.
class Rows final : public test::RowIds {
public:
    void on_message(StoreId id, const mqttd::MessageParts& message) override {
        const auto changes = changes_of(id);
        EXPECT_EQ(
            base::as_text(message.payload), base::as_text(changes.front().message->payload())
        );
    }
};

class sqlite_crash : public test::SqliteTest { // NOLINT(readability-identifier-naming)
protected:
    void kill_again_and_again(unsigned seed) {
        std::mt19937 random(seed);
        StoreId last = 0;
        for (int round = 0; round < 12; ++round) {
            const Writer writer(settings, last + 1);
            const StoreId until = last + 1 + random() % 300;
            while (last < until) {
                last = writer.next();
                ASSERT_NE(last, 0U);
            }
            writer.kill();
            for (StoreId more = writer.next(); more != 0; more = writer.next())
                last = more;
            expect_whole(last);
        }
    }

    /// All up to last, and perhaps one that was stored when there was no time left to say so.
    void expect_whole(StoreId& last) {
        open();
        Rows rows;
        const auto loaded = store->load(rows, test::noon);
        ASSERT_TRUE(loaded.has_value()) << loaded.error().text;
        EXPECT_EQ(loaded->orphans, 0U);
        ASSERT_FALSE(rows.ids.empty());
        const StoreId stored = rows.ids.back();
        EXPECT_TRUE(stored == last || stored == last + 1) << stored << " after " << last;
        last = stored;
        std::vector<StoreId> expected;
        for (StoreId id = stored > kept ? stored - kept + 1 : 1; id <= stored; ++id)
            expected.push_back(id);
        EXPECT_EQ(rows.ids, expected);
        store.reset();
    }
};

TEST_F(sqlite_crash, a_killed_process_leaves_whole_commits_and_all_that_it_has_told) {
    kill_again_and_again(1);
}

TEST_F(sqlite_crash, the_same_with_every_commit_flushed) {
    settings.fsync = true;
    kill_again_and_again(2);
}

} // namespace
