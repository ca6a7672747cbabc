#include "common/crypto/certificate_request.hpp"

#include "common/crypto/certificate_extensions.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace crypto {

namespace {

struct FreeExtensions {
    void operator()(STACK_OF(X509_EXTENSION) * list) const {
        sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    }
};

using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), FreeExtensions>;

bool add_names(X509_REQ* request, const std::vector<AlternativeName>& names) {
    const GeneralNamesPtr made = to_general_names(names);
    if (!made) return false;
    STACK_OF(X509_EXTENSION)* list = nullptr;
    const int which = NID_subject_alt_name;
    const bool added = X509V3_add1_i2d(&list, which, made.get(), 0, X509V3_ADD_DEFAULT) == 1;
    const ExtensionsPtr owned(list);
    return added && X509_REQ_add_extensions(request, list) == 1;
}

} // namespace

bool has_request(std::string_view text) {
    return text.find("-----BEGIN CERTIFICATE REQUEST-----") != std::string_view::npos ||
           text.find("-----BEGIN NEW CERTIFICATE REQUEST-----") != std::string_view::npos;
}

CryptoResult<CertificateRequest> CertificateRequest::make(
    const Subject& subject, const std::vector<AlternativeName>& names, const PrivateKey& key
) {
    ERR_clear_error();
    const std::shared_ptr<X509_REQ> made(X509_REQ_new(), X509_REQ_free);
    const NamePtr name = to_native(subject);
    const bool complete = made && name && X509_REQ_set_version(made.get(), 0) == 1 &&
                          X509_REQ_set_subject_name(made.get(), name.get()) == 1 &&
                          X509_REQ_set_pubkey(made.get(), key.native()) == 1 &&
                          (names.empty() || add_names(made.get(), names)) &&
                          X509_REQ_sign(made.get(), key.native(), digest_for(key.native())) != 0;
    if (!complete) return openssl_problem("cannot make a request");
    return CertificateRequest(made);
}

CryptoResult<CertificateRequest> CertificateRequest::parse(std::string_view text) {
    ERR_clear_error();
    const BioPtr source = reading_bio(text);
    if (!source) return CryptoProblem{"it is too large for a request", {}};
    const bool pem = has_request(text);
    const std::shared_ptr<X509_REQ> read(
        pem ? PEM_read_bio_X509_REQ(source.get(), nullptr, nullptr, nullptr)
            : d2i_X509_REQ_bio(source.get(), nullptr),
        X509_REQ_free
    );
    if (!read && pem) return openssl_problem("the request is damaged");
    ERR_clear_error();
    if (!read) return CryptoProblem{"there is no certificate request in it", {}};
    EVP_PKEY* const key = X509_REQ_get0_pubkey(read.get());
    if (key == nullptr) return openssl_problem("the key of the request cannot be read");
    const bool valid = X509_REQ_verify(read.get(), key) == 1;
    ERR_clear_error();
    if (!valid) {
        return CryptoProblem{
            "the signature of the request is wrong: it was changed, or its key is another's", {}};
    }
    return CertificateRequest(read);
}

std::string CertificateRequest::to_pem() const {
    const BioPtr bio = writing_bio();
    if (!bio || PEM_write_bio_X509_REQ(bio.get(), request_.get()) != 1) return {};
    return text_of(bio.get());
}

Subject CertificateRequest::subject() const {
    return subject_of(X509_REQ_get_subject_name(request_.get()));
}

std::string CertificateRequest::subject_text() const {
    return to_text(X509_REQ_get_subject_name(request_.get()));
}

std::vector<AlternativeName> CertificateRequest::names() const {
    const ExtensionsPtr list(X509_REQ_get_extensions(request_.get()));
    if (!list) return {};
    const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
        X509V3_get_d2i(list.get(), NID_subject_alt_name, nullptr, nullptr)
    ));
    return names_of(names.get());
}

PublicKey CertificateRequest::public_key() const {
    return PublicKey(std::shared_ptr<EVP_PKEY>(X509_REQ_get_pubkey(request_.get()), EVP_PKEY_free));
}

} // namespace crypto
