// Which shard a client lives on: a keyed hash of its identifier, so that nobody can choose
// identifiers that all land on one shard. Immutable after the start; any thread.
#pragma once

#include "common/base/entropy.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace mqttd {

class HomeMap {
public:
    /// Draws the key.
    HomeMap(unsigned shard_count, base::Entropy& entropy);

    [[nodiscard]] unsigned home_of(std::string_view client_id) const;

private:
    unsigned shard_count_;
    std::array<std::uint8_t, 16> key_{};
};

} // namespace mqttd
