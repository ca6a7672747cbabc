#include "common/crypto/public_key.hpp"

#include "common/crypto/openssl_handle.hpp"

#include <array>
#include <string_view>

namespace crypto {

namespace {

constexpr int least_rsa_bits = 2048;
constexpr int least_ec_bits = 224;

std::string curve_of(const EVP_PKEY* key) {
    std::array<char, 64> name{};
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) return "unknown curve";
    const std::string_view curve(name.data(), size);
    if (curve == "prime256v1") return "P-256";
    if (curve == "secp384r1") return "P-384";
    if (curve == "secp521r1") return "P-521";
    return std::string(curve);
}

} // namespace

std::string PublicKey::description() const {
    const EVP_PKEY* const key = native();
    const int bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
        return "EC " + curve_of(key);
    case EVP_PKEY_RSA:
        return "RSA " + std::to_string(bits) + " bits";
    case EVP_PKEY_RSA_PSS:
        return "RSA-PSS " + std::to_string(bits) + " bits";
    case EVP_PKEY_ED25519:
        return "Ed25519";
    case EVP_PKEY_ED448:
        return "Ed448";
    default:
        break;
    }
    const char* const name = EVP_PKEY_get0_type_name(key);
    return (name == nullptr ? std::string("unknown") : std::string(name)) + ' ' +
           std::to_string(bits) + " bits";
}

std::string PublicKey::weakness() const {
    const int bits = EVP_PKEY_get_bits(native());
    const int kind = EVP_PKEY_get_base_id(native());
    if ((kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) && bits < least_rsa_bits)
        return "an RSA key of " + std::to_string(bits) + " bits is too short, 2048 are the least";
    if (kind == EVP_PKEY_EC && bits < least_ec_bits)
        return "an elliptic curve of " + std::to_string(bits) + " bits is too small";
    if (kind == EVP_PKEY_DSA) return "DSA keys are not accepted by TLS any more";
    return {};
}

bool PublicKey::is_rsa() const {
    const int kind = EVP_PKEY_get_base_id(native());
    return kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS;
}

bool operator==(const PublicKey& left, const PublicKey& right) {
    return EVP_PKEY_eq(left.native(), right.native()) == 1;
}

} // namespace crypto
