// Makes records of TLS 1.3 with any content type and padding: what a client could send that OpenSSL
// never does. For tests and fuzzers.
#pragma once

#include "common/base/assert.hpp"
#include "common/base/bytes.hpp"
#include "common/crypto/openssl_handle.hpp"
#include "common/crypto/tls/tls13_keys.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace support {

/// One record of these keys; padding: zeros after the content type.
inline base::ByteBuffer seal(
    crypto::Tls13Keys& keys,
    std::uint8_t type,
    std::string_view content,
    std::size_t padding = 0,
    std::uint8_t outer_type = 23
) {
    base::ByteBuffer inner(content.begin(), content.end());
    inner.push_back(type);
    inner.insert(inner.end(), padding, 0);
    const std::size_t size = inner.size() + crypto::tls13_tag_size;
    base::ByteBuffer record{
        outer_type, 3, 3, static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size)};
    record.resize(5 + size);
    const crypto::OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    const crypto::Tls13Keys::Nonce nonce = keys.next_nonce();
    int count = 0;
    const bool sealed =
        EVP_EncryptInit_ex2(
            context.get(), keys.suite().algorithm(), keys.key(), nonce.data(), nullptr
        ) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &count, record.data(), 5) == 1 &&
        EVP_EncryptUpdate(
            context.get(), record.data() + 5, &count, inner.data(), static_cast<int>(inner.size())
        ) == 1 &&
        EVP_EncryptFinal_ex(context.get(), record.data() + 5 + inner.size(), &count) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            context.get(), EVP_CTRL_AEAD_GET_TAG, 16, record.data() + 5 + inner.size()
        ) == 1;
    MIDGE_ASSERT(sealed, "a record could not be made");
    return record;
}

} // namespace support
