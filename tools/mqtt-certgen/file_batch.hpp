// Several files that belong together, such as a key and its certificate: all are written beside
// their places first, and put there when every one is complete. Blocks.
#pragma once

#include "common/crypto/secret_string.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_certgen {

enum class FileAccess : std::uint8_t {
    everybody,  ///< 0644
    owner,      ///< 0600
    with_group, ///< 0640
};

/// The number of a group; throws ToolError when there is none of this name.
[[nodiscard]] gid_t group_number(const std::string& name);

class FileBatch {
public:
    /// overwrite: files that are there may be replaced.
    explicit FileBatch(bool overwrite) : overwrite_(overwrite) {}

    FileBatch(const FileBatch&) = delete;
    FileBatch& operator=(const FileBatch&) = delete;
    /// Removes what was not put in its place.
    ~FileBatch();

    /// Throws ToolError when the file is there and may not be replaced. Before anybody types a pass
    /// phrase or a key is made.
    void check_free(const std::string& path) const;

    void add(const std::string& path, std::string_view text, FileAccess access);
    /// With mode 0640, for this group.
    void add(const std::string& path, std::string_view text, gid_t group);

    /// Throws ToolError.
    void commit();

private:
    struct Pending {
        std::string path;
        std::string beside;
    };

    void write(
        const std::string& path,
        std::string_view text,
        FileAccess access,
        std::optional<gid_t> group
    );

    bool overwrite_;
    std::vector<Pending> pending_;
};

} // namespace mqtt_certgen
