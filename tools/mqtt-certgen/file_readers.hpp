// Whether another user of this machine may read a file, by owner, groups and modes of the file and
// the folders above it. Access control lists and capabilities are not looked at. One thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

struct stat;

namespace mqtt_certgen {

class FileReader {
public:
    /// Throws ToolError when there is no such user.
    explicit FileReader(const std::string& user);

    /// What keeps the user from reading; empty: nothing does.
    [[nodiscard]] std::string obstacle(const std::string& path) const;

private:
    [[nodiscard]] bool allowed(const struct stat& about, mode_t wanted) const;

    uid_t user_ = 0;
    std::vector<gid_t> groups_;
};

} // namespace mqtt_certgen
