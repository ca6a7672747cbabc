#include "tools/mqttd/persistence/sqlite_connect.hpp"

#include "tools/mqttd/persistence/sqlite_errors.hpp"
#include "tools/mqttd/persistence/sqlite_schema.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <system_error>
#include <utility>

namespace mqttd::sqlite {

namespace {

/// Small commits write whole pages; large messages are chains of them.
constexpr std::uint64_t page_size = 8192;

/// Once for the process: nobody asks SQLite how much memory it has, and counting costs a mutex for
/// every allocation.
void configure_library() {
    static std::once_flag done;
    std::call_once(done, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

StoreError system_error(const std::string& path, std::string_view doing, std::string_view advice) {
    const int error = errno;
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    const bool full = error == ENOSPC || error == EDQUOT;
    return {
        denied ? StoreFault::read_only
        : full ? StoreFault::no_space
               : StoreFault::io,
        path + ": " + std::string(doing) + ": " + std::generic_category().message(error) + "; " +
            std::string(advice),
    };
}

/// The first access to the file: takes the lock, and replays the log.
StoreResult<void> take_file(sqlite3* connection, const std::string& path) {
    int code = run(connection, "PRAGMA locking_mode = EXCLUSIVE");
    if (code == SQLITE_OK) code = run(connection, "BEGIN IMMEDIATE; ROLLBACK");
    if (code == SQLITE_OK) return {};
    StoreError error = last_error(connection, path, "cannot open");
    if (sqlite3_get_autocommit(connection) == 0) static_cast<void>(run(connection, "ROLLBACK"));
    return error;
}

StoreResult<void> apply_settings(sqlite3* connection, const SqliteStoreSettings& settings) {
    const std::uint64_t pages = settings.size_limit == 0
                                    ? 0xFFFFFFFEU
                                    : std::max<std::uint64_t>(settings.size_limit / page_size, 1);
    const std::string text = std::string("PRAGMA synchronous = ") +
                             (settings.fsync ? "FULL" : "NORMAL") +
                             "; PRAGMA cache_size = -16384"
                             "; PRAGMA temp_store = MEMORY"
                             "; PRAGMA wal_autocheckpoint = 0"
                             "; PRAGMA journal_size_limit = 33554432"
                             "; PRAGMA max_page_count = " +
                             std::to_string(std::min<std::uint64_t>(pages, 0xFFFFFFFEU));
    if (run(connection, text) != SQLITE_OK) {
        return last_error(connection, settings.path, "cannot be used");
    }
    const auto mode = read_text(connection, "PRAGMA journal_mode = WAL");
    if (mode == "wal") return {};
    return last_error(connection, settings.path, "cannot keep a log");
}

StoreError not_a_store(const std::string& path, std::string_view what) {
    return {
        StoreFault::wrong_version,
        path + ": is " + std::string(what) + ", not a store of mqttd; give the store another name",
    };
}

/// What SQLite does not take for a database: something else, unless its beginning is gone.
bool begins_with_zeros(const std::string& path) {
    std::array<char, 16> beginning{};
    std::ifstream(path, std::ios::binary).read(beginning.data(), beginning.size());
    return std::all_of(beginning.begin(), beginning.end(), [](char byte) { return byte == 0; });
}

StoreResult<void> check_owner(sqlite3* connection, const std::string& path) {
    const auto owner = read_integer(connection, "PRAGMA application_id");
    if (!owner) return last_error(connection, path, "cannot read");
    if (*owner == application_id) return {};
    return not_a_store(path, "a database of another program");
}

StoreResult<void> check_file(const std::string& path) {
    struct stat about {};

    if (::stat(path.c_str(), &about) != 0) {
        return system_error(path, "cannot open", "check the name and the rights of its folder");
    }
    if (!S_ISREG(about.st_mode)) return not_a_store(path, "no file");
    if (about.st_size != 0) return {};
    return StoreError{StoreFault::corrupt, path + ": has lost its content; bring a backup back"};
}

StoreResult<void> check(sqlite3* connection, const std::string& path, std::string_view pragma) {
    const auto found = read_text(connection, pragma);
    if (!found) return last_error(connection, path, "cannot read");
    if (*found == "ok") return {};
    return StoreError{
        StoreFault::corrupt, path + ": is corrupt: " + *found + "; bring a backup back"};
}

StoreResult<void> fill_file(const std::string& path) {
    auto opened = open_connection(path);
    if (opened.has_error()) return opened.error();
    sqlite3* connection = opened->get();
    const std::string text = "PRAGMA page_size = " + std::to_string(page_size) +
                             "; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = FULL";
    if (run(connection, text) != SQLITE_OK) return last_error(connection, path, "cannot make");
    auto taken = take_file(connection, path);
    if (taken.has_error()) return taken;
    auto migrated = migrate(connection, path, schema_steps());
    if (migrated.has_error()) return migrated;
    if (read_text(connection, "PRAGMA journal_mode = WAL") != "wal") {
        return last_error(connection, path, "cannot keep a log");
    }
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    return {};
}

} // namespace

StoreResult<Connection> open_connection(const std::string& path) {
    configure_library();
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    Connection connection(opened);
    if (connection == nullptr) return StoreError{StoreFault::other, path + ": no memory"};
    if (code != SQLITE_OK) return last_error(opened, path, "cannot open");
    if (sqlite3_db_readonly(opened, "main") == 1) {
        return StoreError{
            StoreFault::read_only,
            path + ": may not be written; make the file and its file system writable for this user",
        };
    }
    // A checkpoint at the end whose errors nobody sees could lose what the log has.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    return connection;
}

bool flush_folder(const std::string& path) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    const int folder =
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC); // NOLINT(*-vararg)
    if (folder < 0) return false;
    const bool flushed = ::fsync(folder) == 0;
    ::close(folder);
    return flushed;
}

StoreResult<Connection> connect(const SqliteStoreSettings& settings) {
    const std::string& path = settings.path;
    const auto file = check_file(path);
    if (file.has_error()) return file.error();
    auto connection = open_connection(path);
    if (connection.has_error()) return connection;
    auto result = take_file(connection->get(), path);
    if (result.has_error() && sqlite3_errcode(connection->get()) == SQLITE_NOTADB &&
        !begins_with_zeros(path)) {
        return not_a_store(path, "no database");
    }
    if (result.has_value()) result = check_owner(connection->get(), path);
    if (result.has_value()) result = apply_settings(connection->get(), settings);
    if (result.has_error()) return result.error();
    return connection;
}

StoreResult<int> create_draft(const std::string& path) {
    for (const char* suffix : {"", "-wal", "-journal"})
        ::unlink((path + suffix).c_str());
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    const int file = ::open(path.c_str(), flags, 0600); // NOLINT(*-vararg)
    if (file >= 0) return file;
    return system_error(path, "cannot make", "the folder must exist and be writable for this user");
}

StoreResult<void> create_file(const std::string& path) {
    const std::string draft = path + ".new";
    const auto file = create_draft(draft);
    if (file.has_error()) return file.error();
    ::close(*file);
    auto filled = fill_file(draft);
    if (filled.has_error()) {
        ::unlink(draft.c_str());
        return filled;
    }
    if (::rename(draft.c_str(), path.c_str()) != 0 || !flush_folder(path)) {
        return system_error(path, "cannot make", "check the folder");
    }
    return {};
}

StoreResult<void> quick_check(sqlite3* connection, const std::string& path) {
    return check(connection, path, "PRAGMA quick_check(1)");
}

StoreResult<void> integrity_check(sqlite3* connection, const std::string& path) {
    return check(connection, path, "PRAGMA integrity_check(1)");
}

StoreResult<bool> was_clean(sqlite3* connection, const std::string& path) {
    const auto clean = read_integer(connection, "SELECT value FROM meta WHERE key = 'clean'");
    if (!clean) return last_error(connection, path, "cannot read");
    return *clean != 0;
}

} // namespace mqttd::sqlite
