#include "tools/mqttd/config/config_error.hpp"

#include <charconv>
#include <utility>

namespace mqttd {

std::string to_text(const ConfigError& error, Severity severity) {
    std::string text = severity == Severity::error ? "mqttd: error: " : "mqttd: warning: ";
    if (!error.file.empty()) {
        text += error.file;
        if (error.line != 0) text += ':' + std::to_string(error.line);
        text += ": ";
    }
    text += error.message;
    if (!error.hint.empty()) text += "\nhint: " + error.hint;
    return text;
}

std::string to_text(const ConfigErrors& errors, Severity severity) {
    std::string text;
    for (const ConfigError& error : errors)
        text += to_text(error, severity) + '\n';
    return text;
}

ConfigError error_at(const std::string& origin, std::string message, std::string hint) {
    ConfigError error{origin, 0, std::move(message), std::move(hint)};
    const std::size_t colon = origin.rfind(':');
    if (colon == std::string::npos) return error;
    std::size_t line = 0;
    const char* end = origin.data() + origin.size();
    const auto parsed = std::from_chars(origin.data() + colon + 1, end, line);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return error;
    error.file = origin.substr(0, colon);
    error.line = line;
    return error;
}

} // namespace mqttd
