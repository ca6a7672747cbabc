#include "common/crypto/base64.hpp"

#include <sodium.h>

namespace crypto {

namespace {

int variant_of(Padding padding) {
    return padding == Padding::with ? sodium_base64_VARIANT_ORIGINAL
                                    : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

} // namespace

std::string to_base64(base::Bytes bytes, Padding padding) {
    const int variant = variant_of(padding);
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back(); // the NUL that belongs to a C string
    return text;
}

std::optional<base::ByteBuffer> from_base64(std::string_view text, Padding padding) {
    base::ByteBuffer bytes(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const int failed = sodium_base642bin(
        bytes.data(),
        bytes.size(),
        text.data(),
        text.size(),
        nullptr,
        &size,
        nullptr,
        variant_of(padding)
    );
    if (failed != 0) return std::nullopt;
    bytes.resize(size);
    // libsodium 1.0.18 takes some bytes above 0x7F for characters of the alphabet.
    if (to_base64(bytes, padding) != text) return std::nullopt;
    return bytes;
}

} // namespace crypto
