#include "tools/mqttd/persistence/closed_store.hpp"

#include "tools/mqttd/persistence/sqlite_backup.hpp"
#include "tools/mqttd/persistence/sqlite_connect.hpp"
#include "tools/mqttd/persistence/sqlite_errors.hpp"
#include "tools/mqttd/persistence/sqlite_loader.hpp"
#include "tools/mqttd/persistence/sqlite_schema.hpp"

#include <filesystem>
#include <system_error>

namespace mqttd {

namespace {

StoreResult<sqlite::Connection> open_closed(const std::string& path) {
    auto connection = sqlite::connect({.path = path});
    if (connection.has_error()) return connection;
    const auto version = sqlite::check_version(connection->get(), path);
    if (version.has_error()) return version.error();
    return connection;
}

/// At the end of what only read: a log that has nothing in it goes, as it had not been there.
class EmptyLog {
public:
    EmptyLog(sqlite3* connection, const std::string& path) : connection_(connection), path_(path) {}

    EmptyLog(const EmptyLog&) = delete;
    EmptyLog& operator=(const EmptyLog&) = delete;

    ~EmptyLog() {
        std::error_code missing;
        if (std::filesystem::file_size(path_ + "-wal", missing) != 0 || missing) return;
        sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    }

private:
    sqlite3* connection_;
    const std::string& path_;
};

} // namespace

StoreResult<LoadSummary> read_closed_store(
    const std::string& path,
    StoreReader& reader,
    const StoreTimes& times,
    Thoroughness thoroughness,
    base::Log& log
) {
    const auto connection = open_closed(path);
    if (connection.has_error()) return connection.error();
    const EmptyLog log_to_remove(connection->get(), path);
    if (thoroughness == Thoroughness::file) {
        const auto checked = sqlite::integrity_check(connection->get(), path);
        if (checked.has_error()) return checked.error();
    }
    const auto clean = sqlite::was_clean(connection->get(), path);
    if (clean.has_error()) return clean.error();
    sqlite::Loader loader(connection->get(), path, log);
    const auto highest = loader.load(reader, times);
    if (highest.has_error()) return highest.error();
    return LoadSummary{
        .highest_id = *highest,
        .was_clean = *clean,
        .orphans = loader.orphans().rows.size() + loader.orphans().messages.size(),
    };
}

StoreResult<void> back_up_closed_store(const std::string& path, const std::string& target) {
    const auto connection = open_closed(path);
    if (connection.has_error()) return connection.error();
    const EmptyLog log_to_remove(connection->get(), path);
    auto backup = sqlite::Backup::begin(connection->get(), target, OldBackup::keep);
    if (backup.has_error()) return backup.error();
    while (true) {
        const auto more = (*backup)->step();
        if (more.has_error()) return more.error();
        if (!*more) return {};
    }
}

} // namespace mqttd
