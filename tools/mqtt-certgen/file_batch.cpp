#include "tools/mqtt-certgen/file_batch.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/descriptor.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace mqtt_certgen {

namespace {

constexpr std::size_t largest_group_entry = 65536;
constexpr std::string_view force_hint = "--force replaces it";

using crypto::Descriptor;

[[noreturn]] void cannot_write(const std::string& path, int error = errno) {
    std::string hint;
    if (error == EEXIST) hint = force_hint;
    fail(
        "cannot write " + base::in_quotes(path) + ": " + std::generic_category().message(error),
        hint
    );
}

mode_t mode_of(FileAccess access) {
    constexpr mode_t owner = S_IRUSR | S_IWUSR;
    switch (access) {
    case FileAccess::everybody:
        return owner | S_IRGRP | S_IROTH;
    case FileAccess::with_group:
        return owner | S_IRGRP;
    case FileAccess::owner:
        break;
    }
    return owner;
}

/// 0 or errno. Unlike rename() it never replaces what is there.
int put_in_free_place(const std::string& beside, const std::string& path) {
    if (::renameat2(AT_FDCWD, beside.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // A file system without it; a second name and the removal of the first do the same.
    if (::link(beside.c_str(), path.c_str()) != 0) return errno;
    ::unlink(beside.c_str());
    return 0;
}

} // namespace

gid_t group_number(const std::string& name) {
    group entry{};
    group* found = nullptr;
    std::array<char, largest_group_entry> buffer; // NOLINT(*-member-init)
    const int error = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found != nullptr) return entry.gr_gid;
    fail(
        "there is no group " + base::in_quotes(name) +
        (error == 0 ? std::string() : ": " + std::generic_category().message(error))
    );
}

FileBatch::~FileBatch() {
    for (const Pending& each : pending_)
        ::unlink(each.beside.c_str());
}

void FileBatch::check_free(const std::string& path) const {
    struct stat about {};

    const bool there = ::lstat(path.c_str(), &about) == 0;
    if (there && !overwrite_) cannot_write(path, EEXIST);
    if (there && !S_ISREG(about.st_mode) && !S_ISLNK(about.st_mode))
        fail("cannot write " + base::in_quotes(path) + ": it is not a regular file");
}

void FileBatch::add(const std::string& path, std::string_view text, FileAccess access) {
    write(path, text, access, std::nullopt);
}

void FileBatch::add(const std::string& path, std::string_view text, gid_t group) {
    write(path, text, FileAccess::with_group, group);
}

void FileBatch::write(
    const std::string& path, std::string_view text, FileAccess access, std::optional<gid_t> group
) {
    std::string beside = path + ".XXXXXX";
    const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC)); // mode 0600
    if (file.get() < 0) cannot_write(path);
    pending_.push_back({path, beside});
    // The group before the mode: a mode must not open the file to the wrong group.
    if (group && ::fchown(file.get(), static_cast<uid_t>(-1), *group) != 0) cannot_write(path);
    if (::fchmod(file.get(), mode_of(access)) != 0) cannot_write(path);
    if (!crypto::write_all(file.get(), text) || ::fsync(file.get()) != 0) cannot_write(path);
}

void FileBatch::commit() {
    while (!pending_.empty()) {
        const Pending& next = pending_.front();
        const int error = overwrite_
                              ? (::rename(next.beside.c_str(), next.path.c_str()) == 0 ? 0 : errno)
                              : put_in_free_place(next.beside, next.path);
        if (error != 0) cannot_write(next.path, error);
        pending_.erase(pending_.begin());
    }
}

} // namespace mqtt_certgen
