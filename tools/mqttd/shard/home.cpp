#include "tools/mqttd/shard/home.hpp"

#include "common/base/bytes.hpp"

#include <sodium/crypto_shorthash.h>

#include <cstring>

namespace mqttd {

HomeMap::HomeMap(unsigned shard_count, base::Entropy& entropy) : shard_count_(shard_count) {
    static_assert(crypto_shorthash_KEYBYTES == std::tuple_size_v<decltype(key_)>);
    entropy.fill(key_);
}

unsigned HomeMap::home_of(std::string_view client_id) const {
    if (shard_count_ == 1) return 0;
    const base::Bytes bytes = base::as_bytes(client_id);
    std::array<std::uint8_t, crypto_shorthash_BYTES> hash{};
    crypto_shorthash(hash.data(), bytes.data(), bytes.size(), key_.data());
    std::uint64_t number = 0;
    std::memcpy(&number, hash.data(), sizeof number);
    return static_cast<unsigned>(number % shard_count_);
}

} // namespace mqttd
