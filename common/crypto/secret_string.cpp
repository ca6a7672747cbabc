#include "common/crypto/secret_string.hpp"

#include <sodium.h>

#include <utility>

namespace crypto {

void wipe(std::string& text) {
    text.resize(text.capacity());
    sodium_memzero(text.data(), text.size());
    text.clear();
}

SecretString::SecretString(std::string&& text) : text_(std::move(text)) {
    // A short text was copied out of the string object itself.
    wipe(text); // NOLINT(bugprone-use-after-move)
}

SecretString::SecretString(std::string_view text) : text_(text) {}

SecretString::SecretString(SecretString&& other) noexcept : SecretString(std::move(other.text_)) {}

SecretString& SecretString::operator=(SecretString&& other) noexcept {
    if (this == &other) return *this;
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
    return *this;
}

SecretString::~SecretString() {
    wipe(text_);
}

} // namespace crypto
