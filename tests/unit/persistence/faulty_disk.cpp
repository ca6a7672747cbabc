#include "tests/unit/persistence/faulty_disk.hpp"

#include <string>

namespace test {

namespace {

struct State {
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs faulty{};
    std::string suffix;
    FaultyDisk::Answers answers;
    unsigned syncs = 0;
};

State state;

/// The real file comes behind it in memory.
struct FaultyFile {
    sqlite3_file base;
    const char* name;
};

sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultyFile*>(file) + 1);
}

/// What a call on this file answers; SQLITE_OK: ask the real one.
int answer(sqlite3_file* file, int wanted) {
    const char* name = reinterpret_cast<FaultyFile*>(file)->name;
    return name != nullptr && std::string_view(name).ends_with(state.suffix) ? wanted : SQLITE_OK;
}

int close_file(sqlite3_file* file) {
    return real(file)->pMethods->xClose(real(file));
}

int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
    const int code = answer(file, state.answers.read);
    return code != SQLITE_OK ? code : real(file)->pMethods->xRead(real(file), to, size, offset);
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    const int code = answer(file, state.answers.write);
    return code != SQLITE_OK ? code : real(file)->pMethods->xWrite(real(file), from, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int flags) {
    const int code = answer(file, state.answers.sync);
    if (code != SQLITE_OK) return code;
    ++state.syncs;
    return real(file)->pMethods->xSync(real(file), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}

int lock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}

int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

int check_lock(sqlite3_file* file, int* reserved) {
    return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

// Version 1 has no shared memory: a store that is opened exclusively needs none.
constexpr sqlite3_io_methods methods{
    1,         close_file,  read_file,  write_file,   truncate_file, sync_file,       file_size,
    lock_file, unlock_file, check_lock, control_file, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,     nullptr,    nullptr,      nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    auto* faulty = reinterpret_cast<FaultyFile*>(file);
    faulty->name = name;
    const int code = state.real->xOpen(state.real, name, real(file), flags, flags_out);
    faulty->base.pMethods = real(file)->pMethods == nullptr ? nullptr : &methods;
    return code;
}

} // namespace

FaultyDisk::FaultyDisk() {
    state = State{};
    state.real = sqlite3_vfs_find(nullptr);
    state.faulty = *state.real;
    state.faulty.zName = "faulty";
    state.faulty.szOsFile += static_cast<int>(sizeof(FaultyFile));
    state.faulty.xOpen = open_file;
    sqlite3_vfs_register(&state.faulty, 1);
}

FaultyDisk::~FaultyDisk() {
    sqlite3_vfs_unregister(&state.faulty);
    sqlite3_vfs_register(state.real, 1);
}

void FaultyDisk::fail(std::string_view suffix, const Answers& answers) {
    state.suffix = suffix;
    state.answers = answers;
}

void FaultyDisk::heal() {
    state.answers = {};
}

unsigned FaultyDisk::syncs() const {
    return state.syncs;
}

} // namespace test
