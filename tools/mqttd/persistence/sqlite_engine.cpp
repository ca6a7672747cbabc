#include "tools/mqttd/persistence/sqlite_engine.hpp"

#include "tools/mqttd/persistence/expiry.hpp"
#include "tools/mqttd/persistence/set_aside.hpp"
#include "tools/mqttd/persistence/sqlite_connect.hpp"
#include "tools/mqttd/persistence/sqlite_errors.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mqttd::sqlite {

namespace {

/// Pages in the log. Their move into the file takes as long as a few hundred commits: rarely, then.
constexpr int checkpoint_interval = 4000;
/// After a move that failed for want of space or the like, which the log survives.
constexpr int checkpoint_retry = 1000;

/// Pages that nothing uses: fewer are kept for what comes next.
constexpr std::int64_t kept_free_pages = 256;
constexpr int vacuum_slice = 32;

std::uint64_t size_of(const std::string& path) {
    struct stat about {};

    return ::stat(path.c_str(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

} // namespace

Engine::Engine(Connection connection, const SqliteStoreSettings& settings, base::Log& log)
    : settings_(settings)
    , log_(log)
    , connection_(std::move(connection))
    , next_checkpoint_(checkpoint_interval) {
    sqlite3_wal_hook(connection_.get(), &Engine::on_wal, this);
}

StoreResult<std::unique_ptr<Store>>
Engine::create(Connection connection, const SqliteStoreSettings& settings, base::Log& log) {
    std::unique_ptr<Engine> engine(new Engine(std::move(connection), settings, log));
    if (engine->prepare() != SQLITE_OK) return engine->describe("cannot be used");
    const auto clean = sqlite::was_clean(engine->connection_.get(), settings.path);
    if (clean.has_error()) return clean.error();
    engine->was_clean_ = *clean;
    return std::unique_ptr<Store>(std::move(engine));
}

int Engine::prepare() {
    int code = writer_.prepare(connection_.get());
    const auto add = [&](Statement& statement, std::string_view text) {
        if (code == SQLITE_OK) code = statement.prepare(connection_.get(), text);
    };
    add(begin_, "BEGIN IMMEDIATE");
    add(commit_, "COMMIT");
    add(mark_, "UPDATE meta SET value = ? WHERE key = 'clean'");
    add(time_, "INSERT OR REPLACE INTO meta VALUES('time', ?)");
    add(free_pages_, "PRAGMA freelist_count");
    add(pages_, "PRAGMA page_count");
    return code;
}

/// Jumps of the calendar must not make kept messages good for a longer or shorter time than they
/// were sent for: during a run the store's time goes on evenly, and it never begins before the time
/// of the last commit.
void Engine::begin_time(const StoreTimes& times) {
    begun_ = times;
    if (const auto saved =
            read_integer(connection_.get(), "SELECT value FROM meta WHERE key = 'time'")) {
        begun_.wall = std::max(begun_.wall, wall_time(*saved));
    }
}

StoreTimes Engine::own(const StoreTimes& times) const {
    const auto passed =
        std::chrono::duration_cast<base::WallTime::duration>(times.steady - begun_.steady);
    return {times.steady, begun_.wall + passed};
}

int Engine::save_time(base::WallTime now) {
    if (now < time_saved_ + std::chrono::seconds(1)) return SQLITE_OK;
    time_saved_ = now;
    time_.bind(1, std::optional(calendar_time(now)));
    return time_.run();
}

StoreResult<LoadSummary> Engine::load(StoreReader& reader, const StoreTimes& real_times) {
    begin_time(real_times);
    const StoreTimes times = own(real_times);
    Loader loader(connection_.get(), settings_.path, log_);
    const auto highest = loader.load(reader, times);
    if (highest.has_error()) return end_with(highest.error(), times.wall);
    const Orphans& orphans = loader.orphans();
    drop_orphans(orphans);
    return LoadSummary{
        .highest_id = *highest,
        .was_clean = was_clean_,
        .orphans = orphans.rows.size() + orphans.messages.size(),
    };
}

StoreError Engine::end_with(StoreError error, base::WallTime now) {
    if (error.fault == StoreFault::corrupt) {
        close_connection();
        error = keep_corrupt(settings_.path, std::move(error), now);
    }
    end_ = error;
    return error;
}

void Engine::drop_orphans(const Orphans& orphans) {
    if (orphans.rows.empty() && orphans.messages.empty()) return;
    log_.write(
        base::LogLevel::warning,
        settings_.path + ": " + std::to_string(orphans.rows.size()) +
            " queue entries without session or message, and " +
            std::to_string(orphans.messages.size()) + " messages that nobody waits for, are dropped"
    );
    int code = begin();
    if (code == SQLITE_OK) code = writer_.drop_rows(orphans.rows);
    if (code == SQLITE_OK) code = writer_.drop_messages(orphans.messages);
    if (code == SQLITE_OK) code = commit_.run();
    if (code == SQLITE_OK) {
        marked_unclean_ = true;
        return;
    }
    // They are found again by the next start.
    log_.write(base::LogLevel::warning, roll_back("cannot drop them from the file").text);
}

StoreResult<void> Engine::commit(std::span<const Change> changes, const StoreTimes& real_times) {
    if (end_) return *end_;
    const StoreTimes times = own(real_times);
    int code = begin();
    if (code == SQLITE_OK) code = save_time(times.wall);
    if (code == SQLITE_OK) code = writer_.apply(changes, times);
    if (code == SQLITE_OK) code = commit_.run();
    if (code != SQLITE_OK) return roll_back("cannot save");
    marked_unclean_ = true;
    return checkpoint_when_due();
}

int Engine::begin() {
    const int code = begin_.run();
    return code == SQLITE_OK && !marked_unclean_ ? mark(false) : code;
}

int Engine::mark(bool clean) {
    mark_.bind(1, std::uint64_t{clean});
    return mark_.run();
}

StoreError Engine::roll_back(std::string_view doing) {
    StoreError error = describe(doing);
    if (sqlite3_get_autocommit(connection_.get()) == 0) {
        static_cast<void>(run(connection_.get(), "ROLLBACK"));
    }
    return error;
}

StoreError Engine::describe(std::string_view doing) {
    StoreError error = last_error(connection_.get(), settings_.path, doing);
    if (error.fault == StoreFault::flush_failed) end_ = error;
    if (error.fault == StoreFault::no_space && settings_.size_limit != 0) {
        error.text += ", or raise the limit of the store, which is " +
                      std::to_string(settings_.size_limit) + " bytes";
    }
    return error;
}

StoreResult<void> Engine::checkpoint_when_due() {
    if (wal_pages_ < next_checkpoint_) return {};
    auto moved = checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    if (moved.has_value()) {
        next_checkpoint_ = checkpoint_interval;
        return {};
    }
    if (end_) return moved;
    // What was committed is in the log and stays there.
    log_.write(base::LogLevel::warning, moved.error().text);
    next_checkpoint_ = wal_pages_ + checkpoint_retry;
    return {};
}

StoreResult<void> Engine::checkpoint(int mode) {
    const int code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, mode, nullptr, nullptr);
    if (code == SQLITE_OK) return {};
    return describe("cannot move the log into the file");
}

int Engine::on_wal(void* engine, sqlite3*, const char*, int pages) {
    static_cast<Engine*>(engine)->wal_pages_ = pages;
    return SQLITE_OK;
}

StoreResult<bool> Engine::tidy() {
    if (end_) return *end_;
    if (backup_) return false; // moved pages would have to be copied once more
    const std::int64_t unused = read_count(free_pages_);
    if (unused < kept_free_pages || unused < read_count(pages_) / 4) return false;
    const std::string slice = "PRAGMA incremental_vacuum(" + std::to_string(vacuum_slice) + ")";
    if (run(connection_.get(), slice) != SQLITE_OK) return roll_back("cannot shrink");
    const auto moved = checkpoint_when_due();
    if (moved.has_error()) return moved.error();
    return true;
}

std::int64_t Engine::read_count(Statement& pragma) {
    const std::int64_t count = pragma.step() == SQLITE_ROW ? pragma.integer(0) : 0;
    pragma.reset();
    return count;
}

StoreResult<void> Engine::begin_backup(const std::string& path, OldBackup old) {
    backup_.reset();
    std::error_code ignored;
    if (std::filesystem::equivalent(path, settings_.path, ignored)) {
        return StoreError{
            StoreFault::other, path + ": is the store itself; give the backup another name"};
    }
    auto begun = Backup::begin(connection_.get(), path, old);
    if (begun.has_error()) return begun.error();
    backup_ = std::move(*begun);
    return {};
}

StoreResult<bool> Engine::backup_step() {
    auto more = backup_->step();
    if (more.has_error() || !*more) backup_.reset();
    return more;
}

std::uint64_t Engine::size() const {
    return size_of(settings_.path) + size_of(settings_.path + "-wal");
}

StoreResult<void> Engine::close() {
    if (end_) return *end_;
    int code = SQLITE_OK;
    if (marked_unclean_ || !was_clean_) {
        code = begin_.run();
        if (code == SQLITE_OK) code = mark(true);
        if (code == SQLITE_OK) code = commit_.run();
    }
    if (code != SQLITE_OK) return roll_back("cannot save the end of the run");
    auto moved = checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    if (moved.has_error()) return moved;
    // Nothing is left in the log: SQLite may remove it.
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    close_connection();
    return {};
}

void Engine::close_connection() {
    backup_.reset();
    writer_ = {};
    for (Statement* statement : {&begin_, &commit_, &mark_, &time_, &free_pages_, &pages_})
        *statement = {};
    connection_.reset();
}

} // namespace mqttd::sqlite
