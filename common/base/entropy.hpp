// Randomness as an argument: the system's, or a fixed sequence that a test can repeat.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace base {

class Entropy {
public:
    Entropy() = default;
    Entropy(const Entropy&) = delete;
    Entropy& operator=(const Entropy&) = delete;
    virtual ~Entropy() = default;

    virtual void fill(std::span<std::uint8_t> out) = 0;

    [[nodiscard]] std::uint64_t next();
};

/// getrandom(2). Any thread.
class SystemEntropy final : public Entropy {
public:
    void fill(std::span<std::uint8_t> out) override;
};

/// SplitMix64 from a seed: the same seed gives the same bytes. One thread only; never for secrets.
class FixedEntropy final : public Entropy {
public:
    explicit FixedEntropy(std::uint64_t seed) : state_(seed) {}

    void fill(std::span<std::uint8_t> out) override;

private:
    std::uint64_t state_;
};

/// 36 characters of a random (version 4) UUID, lower case.
[[nodiscard]] std::string random_uuid(Entropy& entropy);

} // namespace base
