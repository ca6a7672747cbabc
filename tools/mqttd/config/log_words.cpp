#include "tools/mqttd/config/log_words.hpp"

#include <array>

namespace mqttd {

namespace {

/// Indexed by base::LogLevel.
constexpr std::array<std::string_view, 9> level_words{
    "error",
    "warning",
    "notice",
    "information",
    "debug",
    "subscribe",
    "unsubscribe",
    "internal",
    "websockets"};

static_assert(base::all_log_types == (1U << level_words.size()) - 1);

} // namespace

std::optional<base::LogMask> find_log_type(std::string_view word) {
    if (word == "all") return base::all_log_types;
    if (word == "none") return base::LogMask{0};
    for (std::size_t i = 0; i < level_words.size(); ++i) {
        if (word == level_words[i]) return base::LogMask{1} << i;
    }
    return std::nullopt;
}

std::string show_log_types(base::LogMask mask) {
    if (mask == 0) return "none";
    if (mask == base::all_log_types) return "all";
    std::string text;
    for (std::size_t i = 0; i < level_words.size(); ++i) {
        if ((mask & (base::LogMask{1} << i)) == 0) continue;
        if (!text.empty()) text += ' ';
        text += level_words[i];
    }
    return text;
}

std::string show_destinations(const LogConfig& log) {
    std::string text;
    const auto add = [&text](const std::string& word) {
        if (!text.empty()) text += ", ";
        text += word;
    };
    if (log.to_stderr) add("stderr");
    if (log.to_stdout) add("stdout");
    if (log.to_syslog) add("syslog");
    if (log.to_topic) add("topic");
    if (!log.file.empty()) add("file " + log.file);
    return text.empty() ? "none" : text;
}

void copy_destinations(LogConfig& to, const LogConfig& from) {
    to.to_stderr = from.to_stderr;
    to.to_stdout = from.to_stdout;
    to.to_syslog = from.to_syslog;
    to.to_topic = from.to_topic;
    to.file = from.file;
}

} // namespace mqttd
