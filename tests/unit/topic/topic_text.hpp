// Random topics and filters for the model tests: few words, so that they meet often, and the
// corners of the rules among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace mqtt::topic {

class TopicText {
public:
    explicit TopicText(std::uint32_t seed) : random_{seed} {}

    /// 0 to limit - 1.
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random_);
    }

    /// A valid topic name.
    std::string name();
    /// A valid topic filter, not a shared one.
    std::string filter();

private:
    std::string level(bool is_first);

    std::mt19937 random_;
};

} // namespace mqtt::topic
