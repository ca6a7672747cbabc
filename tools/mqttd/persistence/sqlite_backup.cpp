#include "tools/mqttd/persistence/sqlite_backup.hpp"

#include "tools/mqttd/persistence/sqlite_connect.hpp"
#include "tools/mqttd/persistence/sqlite_errors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace mqttd::sqlite {

namespace {

constexpr int slice = 64; ///< pages: half a megabyte

std::string draft_of(const std::string& path) {
    return path + ".new";
}

StoreError already_there(const std::string& path) {
    return {StoreFault::other, path + ": is there already; give the backup another name"};
}

} // namespace

Backup::Backup(std::string path, OldBackup old, Connection target, int draft)
    : path_(std::move(path)), old_(old), target_(std::move(target)), draft_(draft) {}

StoreResult<std::unique_ptr<Backup>>
Backup::begin(sqlite3* source, const std::string& path, OldBackup old) {
    if (old == OldBackup::keep && ::access(path.c_str(), F_OK) == 0) return already_there(path);
    const std::string draft = draft_of(path);
    auto file = create_draft(draft);
    if (file.has_error()) return file.error();
    auto target = open_connection(draft);
    if (target.has_error()) {
        ::close(*file);
        ::unlink(draft.c_str());
        return target.error();
    }
    std::unique_ptr<Backup> backup(new Backup(path, old, std::move(*target), *file));
    sqlite3* connection = backup->target_.get();
    if (run(connection, "PRAGMA synchronous = FULL") != SQLITE_OK)
        return backup->error("cannot make");
    backup->copy_.reset(sqlite3_backup_init(connection, "main", source, "main"));
    if (!backup->copy_) return backup->error("cannot make");
    return backup;
}

Backup::~Backup() {
    copy_.reset();
    target_.reset();
    ::close(draft_);
    if (complete_) return;
    for (const char* suffix : {"", "-wal", "-journal"})
        ::unlink((draft_of(path_) + suffix).c_str());
}

StoreResult<bool> Backup::step() {
    const int code = sqlite3_backup_step(copy_.get(), slice);
    if (code == SQLITE_OK) {
        // On its way to the disk now, so that the last flush does not have to wait for all of it.
        static_cast<void>(::sync_file_range(draft_, 0, 0, SYNC_FILE_RANGE_WRITE));
        return true;
    }
    if (code != SQLITE_DONE) {
        static_cast<void>(sqlite3_backup_finish(copy_.release()));
        return error("cannot write the backup");
    }
    const auto done = complete();
    if (done.has_error()) return done.error();
    return false;
}

StoreResult<void> Backup::complete() {
    sqlite3* connection = target_.get();
    int code = sqlite3_backup_finish(copy_.release());
    // A copy has no run of its own that could have ended badly.
    if (code == SQLITE_OK) {
        code =
            run(connection,
                "PRAGMA locking_mode = EXCLUSIVE; UPDATE meta SET value = 1 WHERE key = 'clean'");
    }
    if (code == SQLITE_OK) {
        code = sqlite3_wal_checkpoint_v2(
            connection, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr
        );
    }
    if (code != SQLITE_OK) return error("cannot finish the backup");
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    target_.reset();
    const unsigned flags = old_ == OldBackup::keep ? RENAME_NOREPLACE : 0;
    const std::string draft = draft_of(path_);
    if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
        if (errno == EEXIST) return already_there(path_);
        return StoreError{
            StoreFault::io, path_ + ": cannot make: " + std::generic_category().message(errno)};
    }
    complete_ = true;
    if (!flush_folder(path_)) {
        return StoreError{
            StoreFault::io, path_ + ": is made, but its name may not last when the machine stops"};
    }
    return {};
}

StoreError Backup::error(std::string_view doing) const {
    return last_error(target_.get(), path_, doing);
}

} // namespace mqttd::sqlite
