// How the parser reaches files: a seam, so that tests and the fuzzer read from memory. Start-up and
// reload only; these calls block.
#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mqttd {

class ConfigFiles {
public:
    ConfigFiles() = default;
    ConfigFiles(const ConfigFiles&) = delete;
    ConfigFiles& operator=(const ConfigFiles&) = delete;
    virtual ~ConfigFiles() = default;

    struct Problem {
        std::string message; ///< "No such file or directory"
    };

    /// The whole file.
    [[nodiscard]] virtual base::Result<std::string, Problem> read(const std::string& path
    ) const = 0;
    /// The names in a directory, in any order.
    [[nodiscard]] virtual base::Result<std::vector<std::string>, Problem>
    list(const std::string& directory) const = 0;
};

/// The file system. Reads at most 16 MiB of a file; more is a problem.
class SystemConfigFiles final : public ConfigFiles {
public:
    [[nodiscard]] base::Result<std::string, Problem> read(const std::string& path) const override;
    [[nodiscard]] base::Result<std::vector<std::string>, Problem> list(const std::string& directory
    ) const override;
};

/// Of the names, those that an include_dir reads (*.conf), in mosquitto's order: by character, an
/// upper case letter before the same lower case one (00 01 A a B b).
[[nodiscard]] std::vector<std::string> included_names(std::vector<std::string> names);

} // namespace mqttd
