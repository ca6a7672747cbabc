#include "common/mqtt/topic/text_hash.hpp"

namespace mqtt::topic {

// SplitMix64 spreads the seed over all keys.
TextHash::TextHash(std::uint64_t seed) {
    for (std::uint64_t& key : keys_) {
        seed += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = seed;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        key = mixed ^ (mixed >> 31U);
    }
}

// The stripes' sums are chained by a keyed multiplication each.
std::uint64_t TextHash::long_text(std::string_view text) const {
    const std::size_t size = text.size();
    std::uint64_t chained = 0;
    while (text.size() > stripe_size) {
        const std::uint64_t stripe = finish(sum(text.data(), stripe_size), stripe_size);
        chained = fold(Wide{(chained ^ stripe) + keys_[5]} * (keys_[4] | 1U)) + stripe;
        text.remove_prefix(stripe_size);
    }
    const Wide rest =
        text.size() <= block_size ? product(small_block(text), 0) : sum(text.data(), text.size());
    return finish(rest + chained, size);
}

} // namespace mqtt::topic
