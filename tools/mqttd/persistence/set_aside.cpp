#include "tools/mqttd/persistence/set_aside.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string_view>

namespace mqttd {

namespace {

constexpr std::string_view mark = ".corrupt-";
constexpr std::string_view log_suffix = "-wal";

std::string stamp(base::WallTime now) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
    return {text.data(), size};
}

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

std::string free_name(const std::string& path, base::WallTime now) {
    const std::string first = path + std::string(mark) + stamp(now);
    std::string name = first;
    for (int number = 2; exists(name) || exists(name + std::string(log_suffix)); ++number)
        name = first + "-" + std::to_string(number);
    return name;
}

} // namespace

SetAside set_aside(const std::string& path, base::WallTime now) {
    SetAside result{.name = free_name(path, now), .error = {}};
    // The file first: with its log alone gone, it might pass for whole.
    if (exists(path)) std::filesystem::rename(path, result.name, result.error);
    const std::string log = path + std::string(log_suffix);
    if (!result.error && exists(log)) {
        std::filesystem::rename(log, result.name + std::string(log_suffix), result.error);
    }
    return result;
}

StoreError keep_corrupt(const std::string& path, StoreError error, base::WallTime now) {
    const SetAside aside = set_aside(path, now);
    if (aside.error) {
        error.text += "; it cannot be renamed to " + aside.name + ": " + aside.error.message();
    } else {
        error.text += "; it is kept as " + aside.name;
    }
    return error;
}

std::string last_set_aside(const std::string& path) {
    const std::filesystem::path whole(path);
    const std::filesystem::path folder = whole.has_parent_path() ? whole.parent_path() : ".";
    const std::string beginning = whole.filename().string() + std::string(mark);
    std::string last;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(beginning) && !name.ends_with(log_suffix)) {
            last = std::max(last, (folder / name).string());
        }
    }
    return last;
}

} // namespace mqttd
