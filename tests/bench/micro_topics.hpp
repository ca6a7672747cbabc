// The topics and filters of the micro-benchmarks: 45 characters, five levels.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// bench/site-001/device-000001/sensor/temperature, cut to 45 characters.
[[nodiscard]] inline std::string device_topic(std::size_t number) {
    const auto padded = [](std::size_t value, std::size_t width) {
        const std::string digits = std::to_string(value);
        return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
    };
    std::string topic = "bench/site-" + padded(number % 1000, 3) + "/device-" + padded(number, 6) +
                        "/sensor/temperature";
    topic.resize(45);
    return topic;
}

/// The topic with '+' for one of its levels, each level in turn.
[[nodiscard]] inline std::string device_filter(std::size_t number) {
    const std::string topic = device_topic(number);
    std::size_t begin = 0;
    for (std::size_t level = (number * 2654435761U >> 16U) % 5; level > 0; --level)
        begin = topic.find('/', begin) + 1;
    const std::size_t end = topic.find('/', begin);
    return topic.substr(0, begin) + "+" + (end == topic.npos ? "" : topic.substr(end));
}

} // namespace bench
