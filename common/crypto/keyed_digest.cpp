#include "common/crypto/keyed_digest.hpp"

#include "common/base/bytes.hpp"

#include <sodium.h>

namespace crypto {

namespace {

void add(crypto_generichash_state& state, std::string_view text) {
    const std::uint64_t size = text.size();
    std::array<std::uint8_t, sizeof size> prefix{};
    for (std::size_t i = 0; i < prefix.size(); ++i)
        prefix[i] = static_cast<std::uint8_t>(size >> (8 * i));
    crypto_generichash_update(&state, prefix.data(), prefix.size());
    const base::Bytes bytes = base::as_bytes(text);
    crypto_generichash_update(&state, bytes.data(), bytes.size());
}

} // namespace

KeyedDigest::KeyedDigest(base::Entropy& entropy) {
    static_assert(sizeof(key_) == crypto_generichash_KEYBYTES);
    static_assert(sizeof(Digest) == crypto_generichash_BYTES);
    entropy.fill(key_);
}

KeyedDigest::~KeyedDigest() {
    sodium_memzero(key_.data(), key_.size());
}

KeyedDigest::Digest KeyedDigest::of(std::string_view first, std::string_view second) const {
    crypto_generichash_state state;
    Digest digest{};
    crypto_generichash_init(&state, key_.data(), key_.size(), digest.size());
    add(state, first);
    add(state, second);
    crypto_generichash_final(&state, digest.data(), digest.size());
    sodium_memzero(&state, sizeof state);
    return digest;
}

} // namespace crypto
