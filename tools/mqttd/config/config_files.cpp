#include "tools/mqttd/config/config_files.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace mqttd {

namespace {

constexpr std::size_t largest_file = 16UL << 20U;

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

ConfigFiles::Problem system_problem(int error) {
    return {std::generic_category().message(error)};
}

bool comes_before(const std::string& left, const std::string& right) {
    const std::size_t common = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < common; ++i) {
        const auto a = static_cast<unsigned char>(left[i]);
        const auto b = static_cast<unsigned char>(right[i]);
        if (a == b) continue;
        const int folded = std::tolower(a) - std::tolower(b);
        return folded != 0 ? folded < 0 : a < b;
    }
    return left.size() < right.size();
}

} // namespace

base::Result<std::string, ConfigFiles::Problem> SystemConfigFiles::read(const std::string& path
) const {
    const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "re"));
    if (!file) return system_problem(errno);
    std::string text;
    char buffer[16384];
    for (;;) {
        const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get());
        text.append(buffer, count);
        if (text.size() > largest_file) return Problem{"the file is larger than 16 MiB"};
        if (count == sizeof buffer) continue;
        if (std::ferror(file.get()) != 0) return system_problem(errno);
        // Spelled out: a string could become either side of the result.
        return {boost::system::in_place_value, std::move(text)};
    }
}

base::Result<std::vector<std::string>, ConfigFiles::Problem>
SystemConfigFiles::list(const std::string& directory) const {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entries(directory, error);
    while (!error && entries != std::filesystem::directory_iterator{}) {
        names.push_back(entries->path().filename().string());
        entries.increment(error);
    }
    if (error) return Problem{error.message()};
    return names;
}

std::vector<std::string> included_names(std::vector<std::string> names) {
    constexpr std::string_view suffix = ".conf";
    std::erase_if(names, [&](const std::string& name) {
        return name.size() <= suffix.size() || !name.ends_with(suffix);
    });
    std::sort(names.begin(), names.end(), comes_before);
    return names;
}

} // namespace mqttd
