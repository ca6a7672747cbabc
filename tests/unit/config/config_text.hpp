// Parses configurations from memory for the tests: files by path, and the messages as they are
// printed.
#pragma once

#include "tools/mqttd/config/parse_config.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mqttd {

class MemoryFiles final : public ConfigFiles {
public:
    explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

    [[nodiscard]] base::Result<std::string, Problem> read(const std::string& path) const override {
        const auto found = files_.find(path);
        if (found == files_.end()) return Problem{"No such file or directory"};
        return {boost::system::in_place_value, found->second};
    }

    [[nodiscard]] base::Result<std::vector<std::string>, Problem> list(const std::string& directory
    ) const override {
        std::vector<std::string> names;
        for (const auto& [path, text] : files_) {
            if (path.starts_with(directory + '/'))
                names.push_back(path.substr(directory.size() + 1));
        }
        if (names.empty()) return Problem{"No such file or directory"};
        return names;
    }

private:
    std::map<std::string, std::string> files_;
};

inline ConfigResult parse(std::string_view text) {
    return parse_config_text(text, "test.conf", MemoryFiles({}));
}

/// The errors as printed, without the last line end; empty when there are none.
inline std::string errors_of(std::string_view text) {
    std::string printed = to_text(parse(text).errors);
    if (!printed.empty()) printed.pop_back();
    return printed;
}

inline std::string warnings_of(std::string_view text) {
    std::string printed = to_text(parse(text).warnings, Severity::warning);
    if (!printed.empty()) printed.pop_back();
    return printed;
}

} // namespace mqttd
