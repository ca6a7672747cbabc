#include "common/crypto/websocket_accept.hpp"

#include "common/crypto/base64.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace crypto {

namespace {

constexpr std::size_t sha1_size = 20;
constexpr std::size_t key_size = 16;

} // namespace

std::string websocket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<std::uint8_t, sha1_size> digest{};
    const int done =
        EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    if (done != 1) throw std::bad_alloc();
    return to_base64(digest, Padding::with);
}

bool is_websocket_key(std::string_view text) {
    const auto bytes = from_base64(text, Padding::with);
    return bytes && bytes->size() == key_size;
}

} // namespace crypto
