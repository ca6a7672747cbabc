// A disk that fails when it is told to: SQLite's own file system with a switch for each kind of
// call. While one lives, all files of SQLite in this process are on it. One thread.
#pragma once

#include <sqlite3.h>

#include <string_view>

namespace test {

class FaultyDisk {
public:
    FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    ~FaultyDisk();

    /// A result code of SQLite for each kind of call, SQLITE_OK = the real one.
    struct Answers {
        int sync = SQLITE_OK;
        int write = SQLITE_OK;
        int read = SQLITE_OK;
    };

    /// For files whose name ends so.
    void fail(std::string_view suffix, const Answers& answers);
    void heal();
    /// Successful flushes so far.
    [[nodiscard]] unsigned syncs() const;
};

} // namespace test
