// What is wrong with a configuration: where, what, and what to do. Plain values; anyone may hold
// them. Errors of a whole file are collected, so that one run shows them all.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mqttd {

struct ConfigError {
    std::string
        file; ///< printable, else as the user wrote it; empty: the command line or a default
    std::size_t line = 0; ///< from 1; 0: the file as a whole
    std::string message;
    std::string hint; ///< empty: none

    bool operator==(const ConfigError&) const = default;
};

using ConfigErrors = std::vector<ConfigError>;

enum class Severity : unsigned char { error, warning };

/// "mqttd: error: FILE:LINE: message", and "hint: …" on a line of its own when there is one. No
/// line end.
[[nodiscard]] std::string to_text(const ConfigError& error, Severity severity = Severity::error);

/// All of them, each line with its line end.
[[nodiscard]] std::string to_text(const ConfigErrors& errors, Severity severity = Severity::error);

/// The place in a "file:line" text; a text without a line number is the file.
[[nodiscard]] ConfigError
error_at(const std::string& origin, std::string message, std::string hint = {});

} // namespace mqttd
