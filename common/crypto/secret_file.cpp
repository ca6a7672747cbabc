#include "common/crypto/secret_file.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/descriptor.hpp"
#include "common/crypto/secret_string.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

namespace crypto {

namespace {

constexpr mode_t private_mode = S_IRUSR | S_IWUSR;
constexpr mode_t of_others = S_IRWXO;

FileProblem problem(std::string_view verb, const std::string& path, int error = errno) {
    return {
        "cannot " + std::string(verb) + " \"" + base::escaped(path) +
            "\": " + std::generic_category().message(error),
        error};
}

FileProblem not_a_file(const std::string& path) {
    return {"\"" + base::escaped(path) + "\" is not a regular file", 0};
}

base::Result<std::string, FileProblem> read_all(int file, const std::string& path) {
    struct stat about {};

    if (::fstat(file, &about) != 0) return problem("read", path);
    if (!S_ISREG(about.st_mode)) return not_a_file(path);
    std::string text;
    std::array<char, 65536> piece; // NOLINT(*-member-init)
    while (true) {
        const ssize_t size = ::read(file, piece.data(), piece.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return problem("read", path);
        if (size == 0) break;
        text.append(piece.data(), static_cast<std::size_t>(size));
        if (text.size() > largest_secret_file)
            return FileProblem{"\"" + base::escaped(path) + "\" is larger than 64 MiB", EFBIG};
    }
    return {boost::system::in_place_value, std::move(text)};
}

/// The path behind symbolic links; the path itself when nothing is there yet.
std::string resolved(const std::string& path) {
    struct Free {
        void operator()(char* text) const { std::free(text); } // NOLINT(*-no-malloc)
    };

    const std::unique_ptr<char, Free> real(::realpath(path.c_str(), nullptr));
    return real ? std::string(real.get()) : path;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Whether the locked file is still the one at the path: another update may have replaced it while
/// this one waited.
bool is_still_there(int file, const std::string& path) {
    struct stat locked {};

    struct stat now {};

    return ::fstat(file, &locked) == 0 && ::stat(path.c_str(), &now) == 0 &&
           locked.st_ino == now.st_ino && locked.st_dev == now.st_dev;
}

bool lock(int file) {
    while (::flock(file, LOCK_EX) != 0) {
        if (errno != EINTR) return false;
    }
    return true;
}

} // namespace

base::Result<std::string, FileProblem> read_secret_file(const std::string& path) {
    // A FIFO must not hold the reader up; a regular file does not care.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) return problem("open", path);
    return read_all(file.get(), path);
}

bool is_open_to_others(const std::string& path) {
    struct stat about {};

    return ::stat(path.c_str(), &about) == 0 && (about.st_mode & of_others) != 0;
}

base::Result<FileUpdate, FileProblem> FileUpdate::begin(const std::string& path, Create create) {
    const std::string real = resolved(path);
    while (true) {
        bool made = false;
        const int flags = O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
        int opened = create == Create::only ? -1 : ::open(real.c_str(), flags);
        if (opened < 0 && create != Create::no && (create == Create::only || errno == ENOENT)) {
            opened = ::open(real.c_str(), flags | O_CREAT | O_EXCL, private_mode);
            if (opened < 0 && errno == EEXIST && create == Create::when_missing) continue;
            made = opened >= 0;
        }
        Descriptor file(opened);
        if (file.get() < 0) return problem(create == Create::only ? "create" : "open", path);
        if (!lock(file.get())) return problem("lock", path);
        if (!is_still_there(file.get(), real)) continue;
        FileUpdate update(real, file.release(), made);
        auto text = read_all(update.file_, path);
        if (!text) return text.error();
        update.text_ = std::move(*text);
        return {boost::system::in_place_value, std::move(update)};
    }
}

FileUpdate::FileUpdate(FileUpdate&& other) noexcept
    : path_(std::move(other.path_))
    , file_(std::exchange(other.file_, -1))
    , made_(std::exchange(other.made_, false))
    , text_(std::move(other.text_)) {}

FileUpdate::~FileUpdate() {
    wipe(text_);
    if (made_) ::unlink(path_.c_str());
    if (file_ >= 0) ::close(file_);
}

base::Result<void, FileProblem> FileUpdate::replace(std::string_view text) {
    struct stat old {};

    if (::fstat(file_, &old) != 0) return problem("read", path_);
    std::string fresh_path = path_ + ".XXXXXX";
    const Descriptor fresh(::mkostemp(fresh_path.data(), O_CLOEXEC)); // mode 0600
    if (fresh.get() < 0) return problem("write beside", path_);
    const auto fail = [&] {
        const int error = errno;
        ::unlink(fresh_path.c_str());
        return problem("write", path_, error);
    };
    // The group before the mode: a mode must not open the file to the wrong group.
    const bool same_owner = ::fchown(fresh.get(), old.st_uid, old.st_gid) == 0;
    const mode_t kept = old.st_mode & (S_IRWXU | S_IRWXG) & ~of_others;
    if (same_owner && ::fchmod(fresh.get(), kept) != 0) return fail();
    if (!write_all(fresh.get(), text) || ::fsync(fresh.get()) != 0) return fail();
    if (::rename(fresh_path.c_str(), path_.c_str()) != 0) return fail();
    made_ = false;
    const Descriptor folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) ::fsync(folder.get());
    return base::Result<void, FileProblem>();
}

} // namespace crypto
