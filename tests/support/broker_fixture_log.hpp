// Keeps the lines of the log for a test. Any thread.
#pragma once

#include "common/base/log.hpp"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace support {

class CapturedLog final : public base::Log {
public:
    [[nodiscard]] bool enabled(base::LogLevel /*level*/) const override { return true; }

    void write(base::LogLevel /*level*/, std::string line) override {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }

    /// Whether a line contains this text.
    [[nodiscard]] bool has(std::string_view text) const {
        const std::lock_guard lock(mutex_);
        return std::any_of(lines_.begin(), lines_.end(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }

    /// How many lines contain it.
    [[nodiscard]] std::size_t count(std::string_view text) const {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::count_if(
            lines_.begin(),
            lines_.end(),
            [&](const std::string& line) { return line.find(text) != std::string::npos; }
        ));
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

} // namespace support
