#include "common/crypto/pkcs12.hpp"

#include "common/crypto/openssl_handle.hpp"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

namespace crypto {

namespace {

using Pkcs12Ptr = OpensslPtr<PKCS12, PKCS12_free>;

struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

constexpr int rounds = 100'000;

} // namespace

CryptoResult<std::string> to_pkcs12(const Pkcs12Content& content, std::string_view passphrase) {
    ERR_clear_error();
    const std::unique_ptr<STACK_OF(X509), FreeStack> authorities(sk_X509_new_null());
    if (!authorities || sk_X509_push(authorities.get(), content.authority.native()) <= 0)
        return openssl_problem("cannot make the PKCS #12 file");
    const SecretString phrase(passphrase); // ends with a NUL
    const Pkcs12Ptr made(PKCS12_create(
        phrase.view().data(),
        content.name.c_str(),
        content.key.native(),
        content.certificate.native(),
        authorities.get(),
        NID_aes_256_cbc,
        NID_aes_256_cbc,
        rounds,
        rounds,
        0
    ));
    const BioPtr bio = writing_bio();
    if (!made || !bio || i2d_PKCS12_bio(bio.get(), made.get()) != 1)
        return openssl_problem("cannot make the PKCS #12 file");
    return {boost::system::in_place_value, text_of(bio.get())};
}

} // namespace crypto
