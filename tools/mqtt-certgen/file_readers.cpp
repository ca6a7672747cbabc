#include "tools/mqtt-certgen/file_readers.hpp"

#include "common/base/escape.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace mqtt_certgen {

namespace {

constexpr std::size_t largest_entry = 65536;
constexpr int most_groups = 1024;
constexpr unsigned group_shift = 3;
constexpr unsigned owner_shift = 6;

} // namespace

FileReader::FileReader(const std::string& user) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, largest_entry> buffer; // NOLINT(*-member-init)
    ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) fail("there is no user " + base::in_quotes(user));
    user_ = entry.pw_uid;
    groups_.resize(most_groups);
    int count = most_groups;
    if (::getgrouplist(entry.pw_name, entry.pw_gid, groups_.data(), &count) < 0)
        count = most_groups;
    groups_.resize(static_cast<std::size_t>(count));
}

bool FileReader::allowed(const struct stat& about, mode_t wanted) const {
    if (user_ == 0) return true;
    if (about.st_uid == user_) return (about.st_mode & (wanted << owner_shift)) != 0;
    if (std::find(groups_.begin(), groups_.end(), about.st_gid) != groups_.end())
        return (about.st_mode & (wanted << group_shift)) != 0;
    return (about.st_mode & wanted) != 0;
}

std::string FileReader::obstacle(const std::string& path) const {
    std::error_code error;
    const std::filesystem::path file = std::filesystem::canonical(path, error);
    if (error) return error.message();

    struct stat about {};

    for (std::filesystem::path folder = file.parent_path();; folder = folder.parent_path()) {
        if (::stat(folder.c_str(), &about) != 0) return std::generic_category().message(errno);
        if (!allowed(about, S_IXOTH))
            return "the folder " + base::in_quotes(folder.string()) + " is closed to it";
        if (folder == folder.parent_path()) break;
    }
    if (::stat(file.c_str(), &about) != 0) return std::generic_category().message(errno);
    return allowed(about, S_IROTH) ? std::string() : "its mode does not allow that";
}

} // namespace mqtt_certgen
