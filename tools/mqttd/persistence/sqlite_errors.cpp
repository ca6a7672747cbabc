#include "tools/mqttd/persistence/sqlite_errors.hpp"

#include <cerrno>
#include <system_error>

namespace mqttd::sqlite {

namespace {

bool is_out_of_space(int system_error) {
    return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

StoreFault fault_of_io(int code, int system_error) {
    // Nobody knows what the disk has after a failed flush, and a second one proves nothing.
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
        return StoreFault::flush_failed;
    }
    if (is_out_of_space(system_error)) return StoreFault::no_space;
    if (code == SQLITE_IOERR_CORRUPTFS || code == SQLITE_IOERR_DATA) return StoreFault::corrupt;
    return StoreFault::io;
}

StoreFault fault_of_open(int system_error) {
    if (is_out_of_space(system_error)) return StoreFault::no_space;
    const bool denied = system_error == EACCES || system_error == EPERM || system_error == EROFS;
    return denied ? StoreFault::read_only : StoreFault::io;
}

/// What to do about it; empty when the text of the caller says it.
std::string_view advice(StoreFault fault) {
    switch (fault) {
    case StoreFault::no_space:
        return "free space on this file system";
    case StoreFault::read_only:
        return "make the file, its folder and its file system writable for this user";
    case StoreFault::io:
        return "look into the system's log for errors of the disk";
    case StoreFault::flush_failed:
        return "what the disk has is unknown: look into the system's log, then start again";
    case StoreFault::corrupt:
        return "bring a backup back";
    case StoreFault::in_use:
        return "another process has it open: stop that one, or give this one another file";
    case StoreFault::wrong_version:
    case StoreFault::other:
        break;
    }
    return {};
}

int last_errno(sqlite3_file* file) {
    int number = 0;
    if (file != nullptr && file->pMethods != nullptr) {
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    }
    return number;
}

/// errno of the call that failed. Of a commit only the files know it.
int system_error_of(sqlite3* connection) {
    const int kind = sqlite3_errcode(connection) & 0xFF;
    if (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN) return 0;
    int number = sqlite3_system_errno(connection);
    for (const int file : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
        if (number != 0) break;
        sqlite3_file* found = nullptr;
        sqlite3_file_control(connection, "main", file, &found);
        number = last_errno(found);
    }
    return number;
}

} // namespace

StoreFault fault_of(int code, int system_error) {
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return StoreFault::no_space;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return StoreFault::read_only;
    case SQLITE_IOERR:
        return fault_of_io(code, system_error);
    case SQLITE_CANTOPEN:
        return fault_of_open(system_error);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return StoreFault::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return StoreFault::in_use;
    default:
        return StoreFault::other;
    }
}

StoreError last_error(sqlite3* connection, const std::string& path, std::string_view doing) {
    const int code = sqlite3_extended_errcode(connection);
    const int system_error = system_error_of(connection);
    StoreError error{.fault = fault_of(code, system_error), .text = path};
    error.text.append(": ").append(doing).append(": ").append(sqlite3_errmsg(connection));
    if (system_error != 0) {
        error.text.append(" (").append(std::generic_category().message(system_error)).append(")");
    }
    if (const std::string_view hint = advice(error.fault); !hint.empty()) {
        error.text.append("; ").append(hint);
    }
    return error;
}

} // namespace mqttd::sqlite
