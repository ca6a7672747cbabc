// How long payloads are: one size ("64"), evenly spread ("64..1024"), or a choice by weight
// ("64:90,1024:9,65536:1"). A value; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bench {

class PayloadSize {
public:
    /// What a payload must hold: the publisher's number, the run's, the sequence number, the time.
    static constexpr std::uint32_t smallest = 24;
    static constexpr std::uint32_t largest = 16U * 1024 * 1024;

    PayloadSize() : PayloadSize("64") {}

    /// Sizes in bytes, from 24 to 16 MiB. Throws std::invalid_argument.
    explicit PayloadSize(std::string_view text);

    /// The size of one payload; random: 64 random bits.
    [[nodiscard]] std::uint32_t pick(std::uint64_t random) const;

    [[nodiscard]] bool is_fixed() const {
        return choices_.size() == 1 && choices_.front().low == choices_.front().high;
    }

    /// The size, when it is fixed, otherwise the greatest one.
    [[nodiscard]] std::uint32_t greatest() const;

private:
    struct Choice {
        std::uint32_t low;
        std::uint32_t high;
        std::uint64_t weight_sum; ///< of this choice and those before it
    };

    std::vector<Choice> choices_;
};

} // namespace bench
