// A copy of an open store, made in slices between its commits: what is committed meanwhile gets
// into the copy as well. The store's thread only.
#pragma once

#include "tools/mqttd/persistence/sqlite_handle.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <memory>
#include <string>

namespace mqttd::sqlite {

class Backup {
public:
    /// source must outlive the backup. The copy gets its name when it is complete.
    [[nodiscard]] static StoreResult<std::unique_ptr<Backup>>
    begin(sqlite3* source, const std::string& path, OldBackup old);

    Backup(const Backup&) = delete;
    Backup& operator=(const Backup&) = delete;
    /// Removes what is not complete.
    ~Backup();

    /// Answers whether there is more; false: complete, and on disk. Not called again then, nor
    /// after an error.
    [[nodiscard]] StoreResult<bool> step();

private:
    struct Finish {
        void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
    };

    Backup(std::string path, OldBackup old, Connection target, int draft);

    [[nodiscard]] StoreResult<void> complete();
    [[nodiscard]] StoreError error(std::string_view doing) const;

    std::string path_;
    OldBackup old_;
    Connection target_;
    std::unique_ptr<sqlite3_backup, Finish> copy_; ///< goes before both connections
    int draft_;                                    ///< the file that is written
    bool complete_ = false;
};

} // namespace mqttd::sqlite
