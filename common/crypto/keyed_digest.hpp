// Digests that mean nothing outside this process: what was seen can be recognised without being
// kept. The key is made at construction. Immutable; any thread.
#pragma once

#include "common/base/entropy.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace crypto {

class KeyedDigest {
public:
    using Digest = std::array<std::uint8_t, 32>;

    explicit KeyedDigest(base::Entropy& entropy);
    KeyedDigest(const KeyedDigest&) = delete;
    KeyedDigest& operator=(const KeyedDigest&) = delete;
    ~KeyedDigest();

    /// Of two texts and where one ends and the other begins.
    [[nodiscard]] Digest of(std::string_view first, std::string_view second) const;

private:
    std::array<std::uint8_t, 32> key_{};
};

} // namespace crypto
