#include "tools/mqttd/persistence/set_aside.hpp"
#include "tools/mqttd/persistence/sqlite_connect.hpp"
#include "tools/mqttd/persistence/sqlite_engine.hpp"
#include "tools/mqttd/persistence/sqlite_errors.hpp"
#include "tools/mqttd/persistence/sqlite_schema.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace mqttd {

namespace {

using sqlite::Connection;

bool exists(const std::string& path) {
    struct stat about {};

    return ::stat(path.c_str(), &about) == 0 || errno != ENOENT;
}

/// One that was not closed in good order is read through: a crash of the machine may have left
/// half of something.
StoreResult<void> check_after_crash(sqlite3* connection, const std::string& path, base::Log& log) {
    const auto clean = sqlite::was_clean(connection, path);
    if (clean.has_error()) return clean.error();
    if (*clean) return {};
    log.write(
        base::LogLevel::notice, path + ": the last run did not end in good order; checking the file"
    );
    return sqlite::quick_check(connection, path);
}

StoreResult<Connection> open_existing(const SqliteStoreSettings& settings, base::Log& log) {
    auto connection = sqlite::connect(settings);
    if (connection.has_error()) return connection.error();
    const auto migrated = sqlite::migrate(connection->get(), settings.path, sqlite::schema_steps());
    if (migrated.has_error()) return migrated.error();
    const auto checked = check_after_crash(connection->get(), settings.path, log);
    if (checked.has_error()) return checked.error();
    return connection;
}

StoreResult<Connection> open_new(const SqliteStoreSettings& settings, base::Log& log) {
    const auto created = sqlite::create_file(settings.path);
    if (created.has_error()) return created.error();
    log.write(base::LogLevel::notice, settings.path + ": new, nothing is stored yet");
    return sqlite::connect(settings);
}

/// The answer to a file that cannot be read.
StoreResult<Connection> replace_corrupt(
    const SqliteStoreSettings& settings, StoreError error, base::Log& log, base::WallTime now
) {
    error = keep_corrupt(settings.path, std::move(error), now);
    if (exists(settings.path)) return error;
    if (settings.on_corruption == OnCorruption::refuse) return error;
    log.write(base::LogLevel::error, error.text + "; starting with an empty store");
    return open_new(settings, log);
}

StoreError still_set_aside(const std::string& path, const std::string& aside) {
    return {
        StoreFault::corrupt,
        path + ": was found corrupt and is kept as " + aside + "; bring a backup back as " + path +
            ", or move " + aside + " elsewhere to start with an empty store",
    };
}

StoreResult<Connection>
open_file(const SqliteStoreSettings& settings, base::Log& log, base::WallTime now) {
    if (exists(settings.path)) {
        auto connection = open_existing(settings, log);
        if (connection.has_value() || connection.error().fault != StoreFault::corrupt) {
            return connection;
        }
        return replace_corrupt(settings, connection.error(), log, now);
    }
    if (exists(settings.path + "-wal")) {
        StoreError error{
            StoreFault::corrupt,
            settings.path + ": is missing, but its log is there; bring a backup back"};
        return replace_corrupt(settings, std::move(error), log, now);
    }
    const std::string aside = last_set_aside(settings.path);
    if (!aside.empty() && settings.on_corruption == OnCorruption::refuse) {
        return still_set_aside(settings.path, aside);
    }
    return open_new(settings, log);
}

} // namespace

StoreResult<std::unique_ptr<Store>>
open_sqlite_store(const SqliteStoreSettings& settings, base::Log& log, base::WallTime now) {
    auto connection = open_file(settings, log, now);
    if (connection.has_error()) return connection.error();
    return sqlite::Engine::create(std::move(*connection), settings, log);
}

} // namespace mqttd
