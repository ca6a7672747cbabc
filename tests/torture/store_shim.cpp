// Stands between mqttd and the disk, by LD_PRELOAD: writes down what happens to the files of one
// folder, with their content and the times, and can make writes short as a disk that is nearly full
// does. For tests only.
//
// STORE_SHIM_FOLDER: files elsewhere are left alone. STORE_SHIM_LOG: where to write it down; not
// set: nowhere. STORE_SHIM_SHORT: every so many writes one is cut short.
//
// A record is a line of text, "kind begin end inode offset length path", and for a write the data.
// Times are nanoseconds of CLOCK_MONOTONIC, before and after the call. One mutex is held during
// both, so that the order is the one of the disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>

namespace {

template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::string_view setting(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

std::mutex& order() {
    static std::mutex mutex;
    return mutex;
}

int real_clock(clockid_t clock, timespec* time) {
    static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
    return real(clock, time);
}

/// Seconds that the calendar clock is ahead.
long long ahead() {
    static const volatile long long* const seconds = [] {
        const std::string path(setting("STORE_SHIM_CLOCK"));
        const int file = path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        void* const mapped = file < 0
                                 ? MAP_FAILED
                                 : mmap(nullptr, sizeof(long long), PROT_READ, MAP_SHARED, file, 0);
        return mapped == MAP_FAILED ? nullptr : static_cast<const volatile long long*>(mapped);
    }();
    return seconds == nullptr ? 0 : *seconds;
}

long long now() {
    timespec time{};
    real_clock(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

bool is_ours(std::string_view path) {
    const std::string_view folder = setting("STORE_SHIM_FOLDER");
    return !folder.empty() && path.starts_with(folder);
}

/// Empty: a file that is none of ours.
std::string path_of(int file) {
    const std::string link = "/proc/self/fd/" + std::to_string(file);
    std::array<char, 4096> target{};
    const ssize_t size = readlink(link.c_str(), target.data(), target.size());
    if (size <= 0) return {};
    const std::string_view path(target.data(), static_cast<std::size_t>(size));
    return is_ours(path) ? std::string(path) : std::string();
}

unsigned long long inode_of(int file) {
    struct stat about {};

    return fstat(file, &about) == 0 ? about.st_ino : 0;
}

struct Record {
    const char* kind;
    long long begin;
    unsigned long long inode = 0;
    long long offset = 0;
    long long length = 0;
    std::string_view path;
    const void* data = nullptr;
};

void put(int log, const char* data, std::size_t size) {
    static auto* const real_write = next<ssize_t(int, const void*, std::size_t)>("write");
    while (size > 0) {
        const ssize_t done = real_write(log, data, size);
        if (done <= 0) std::abort();
        data += done;
        size -= static_cast<std::size_t>(done);
    }
}

/// Precondition: order() is held.
void write_down(const Record& record) {
    static const int log = [] {
        const std::string path(setting("STORE_SHIM_LOG"));
        return path.empty() ? -1
                            : ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    }();
    if (log < 0) return;
    const std::string line = std::string(record.kind) + ' ' + std::to_string(record.begin) + ' ' +
                             std::to_string(now()) + ' ' + std::to_string(record.inode) + ' ' +
                             std::to_string(record.offset) + ' ' + std::to_string(record.length) +
                             ' ' + std::string(record.path) + '\n';
    put(log, line.data(), line.size());
    if (record.data != nullptr) {
        put(log, static_cast<const char*>(record.data), static_cast<std::size_t>(record.length));
    }
}

/// What a disk takes of a write: all, or now and then a part.
std::size_t shorten(std::size_t size) {
    static const unsigned long every =
        std::strtoul(std::string(setting("STORE_SHIM_SHORT")).c_str(), nullptr, 10);
    static unsigned long count = 0;
    if (every == 0 || size < 2 || ++count % every != 0) return size;
    return 1 + size * (count % 7) / 8;
}

template <typename Call>
int on_file(const char* kind, int file, long long length, const Call& call) {
    const std::string path = path_of(file);
    if (path.empty()) return call();
    const std::lock_guard lock(order());
    const long long begin = now();
    const int result = call();
    if (result == 0) {
        write_down(
            {.kind = kind, .begin = begin, .inode = inode_of(file), .length = length, .path = path}
        );
    }
    return result;
}

template <typename Call>
ssize_t on_write(int file, const void* data, std::size_t size, off64_t offset, const Call& call) {
    const std::string path = path_of(file);
    if (path.empty()) return call(size);
    const std::lock_guard lock(order());
    const long long begin = now();
    const ssize_t done = call(shorten(size));
    if (done > 0) {
        write_down(
            {.kind = "write",
             .begin = begin,
             .inode = inode_of(file),
             .offset = offset,
             .length = done,
             .path = path,
             .data = data}
        );
    }
    return done;
}

int on_open(const char* path, int flags, int mode, int (*real_open)(const char*, int, ...)) {
    if (!is_ours(path) || (flags & (O_CREAT | O_TRUNC)) == 0) return real_open(path, flags, mode);
    const std::lock_guard lock(order());
    const bool is_new = access(path, F_OK) != 0;
    const long long begin = now();
    const int file = real_open(path, flags, mode);
    if (file < 0) return file;
    const unsigned long long inode = inode_of(file);
    if (is_new) write_down({.kind = "create", .begin = begin, .inode = inode, .path = path});
    if (!is_new && (flags & O_TRUNC) != 0) {
        write_down({.kind = "truncate", .begin = begin, .inode = inode, .path = path});
    }
    return file;
}

} // namespace

extern "C" {

// Their declarations in the headers have attributes that differ from library to library.
#pragma GCC diagnostic ignored "-Wmissing-declarations"

ssize_t pwrite64(int file, const void* data, std::size_t size, off64_t offset) {
    static auto* const real = next<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
    return on_write(file, data, size, offset, [&](std::size_t part) {
        return real(file, data, part, offset);
    });
}

ssize_t pwrite(int file, const void* data, std::size_t size, off_t offset) {
    return pwrite64(file, data, size, offset);
}

ssize_t write(int file, const void* data, std::size_t size) {
    static auto* const real = next<ssize_t(int, const void*, std::size_t)>("write");

    struct stat about {};

    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return real(file, data, size);
    const off64_t offset = lseek64(file, 0, SEEK_CUR);
    return on_write(file, data, size, offset, [&](std::size_t part) {
        return real(file, data, part);
    });
}

int ftruncate64(int file, off64_t length) noexcept {
    static auto* const real = next<int(int, off64_t)>("ftruncate64");
    return on_file("truncate", file, length, [&] { return real(file, length); });
}

int ftruncate(int file, off_t length) noexcept {
    return ftruncate64(file, length);
}

int fsync(int file) {
    static auto* const real = next<int(int)>("fsync");
    return on_file("sync", file, 0, [&] { return real(file); });
}

int fdatasync(int file) {
    static auto* const real = next<int(int)>("fdatasync");
    return on_file("sync", file, 0, [&] { return real(file); });
}

int rename(const char* from, const char* to) noexcept {
    static auto* const real = next<int(const char*, const char*)>("rename");
    if (!is_ours(from)) return real(from, to);
    const std::lock_guard lock(order());
    const long long begin = now();
    const int result = real(from, to);
    if (result == 0) {
        const std::string paths = std::string(from) + '\t' + to;
        write_down({.kind = "rename", .begin = begin, .path = paths});
    }
    return result;
}

int unlink(const char* path) noexcept {
    static auto* const real = next<int(const char*)>("unlink");
    if (!is_ours(path)) return real(path);
    const std::lock_guard lock(order());
    const long long begin = now();
    const int result = real(path);
    if (result == 0) write_down({.kind = "unlink", .begin = begin, .path = path});
    return result;
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const int result = real_clock(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += ahead();
    }
    return result;
}

time_t time(time_t* out) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}

int open64(const char* path, int flags, ...) {
    static auto* const real = next<int(const char*, int, ...)>("open64");
    va_list arguments;
    va_start(arguments, flags);
    const int mode = va_arg(arguments, int);
    va_end(arguments);
    return on_open(path, flags, mode, real);
}

int open(const char* path, int flags, ...) {
    static auto* const real = next<int(const char*, int, ...)>("open");
    va_list arguments;
    va_start(arguments, flags);
    const int mode = va_arg(arguments, int);
    va_end(arguments);
    return on_open(path, flags, mode, real);
}
}
