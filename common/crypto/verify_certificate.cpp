#include "common/crypto/verify_certificate.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/openssl_handle.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace crypto {

namespace {

using StorePtr = OpensslPtr<X509_STORE, X509_STORE_free>;
using ContextPtr = OpensslPtr<X509_STORE_CTX, X509_STORE_CTX_free>;

struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

using StackPtr = std::unique_ptr<STACK_OF(X509), FreeStack>;

struct ErrorWords {
    int code;
    std::string_view message;
    std::string_view hint;
};

constexpr std::string_view clock_hint = "is the clock right? else renew the certificate";
constexpr std::string_view which_ca_hint =
    "the CA file must hold the certificate of the authority that signed it";

constexpr std::array error_words{
    ErrorWords{
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
        "the authority that signed it is not known",
        which_ca_hint},
    ErrorWords{
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        "the authority that signed it is not known",
        which_ca_hint},
    ErrorWords{
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
        "the authority that signed it is not known",
        which_ca_hint},
    ErrorWords{
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        "it has signed itself, and is not trusted",
        "an authority has to sign it: mqtt-certgen sign"},
    ErrorWords{
        X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        "the authority at its top is not trusted",
        which_ca_hint},
    ErrorWords{
        X509_V_ERR_CERT_SIGNATURE_FAILURE,
        "its signature is wrong: another authority with the same name, or a changed file",
        which_ca_hint},
    ErrorWords{X509_V_ERR_CERT_NOT_YET_VALID, "it is not valid yet", clock_hint},
    ErrorWords{X509_V_ERR_CERT_HAS_EXPIRED, "it has expired", clock_hint},
    ErrorWords{
        X509_V_ERR_CERT_REVOKED, "it was revoked", "a new one takes its place: mqtt-certgen rekey"},
    ErrorWords{
        X509_V_ERR_INVALID_CA,
        "what signed it is no authority",
        "its issuer lacks the basic constraint CA:TRUE; a server's certificate is no CA file"},
    ErrorWords{
        X509_V_ERR_INVALID_PURPOSE,
        "it must not be used for this",
        "a server's certificate needs serverAuth, a client's clientAuth (extended key usage)"},
    ErrorWords{
        X509_V_ERR_PATH_LENGTH_EXCEEDED,
        "there are more authorities above it than one of them allows",
        ""},
    ErrorWords{
        X509_V_ERR_HOSTNAME_MISMATCH,
        "it is not valid for this host name",
        "its subject alternative names must have the name that clients connect to"},
    ErrorWords{
        X509_V_ERR_IP_ADDRESS_MISMATCH,
        "it is not valid for this address",
        "its subject alternative names must have the address as IP, the common name does not "
        "count"},
    ErrorWords{
        X509_V_ERR_UNABLE_TO_GET_CRL,
        "there is no revocation list of its authority",
        "mqtt-certgen crl makes one"},
    ErrorWords{
        X509_V_ERR_CRL_HAS_EXPIRED,
        "the revocation list of its authority is too old",
        "mqtt-certgen crl makes a new one"},
    ErrorWords{
        X509_V_ERR_CRL_NOT_YET_VALID,
        "the revocation list of its authority is not valid yet",
        "is the clock right?"},
    ErrorWords{
        X509_V_ERR_CRL_SIGNATURE_FAILURE,
        "the signature of the revocation list is wrong",
        "mqtt-certgen crl makes a new one"},
    ErrorWords{
        X509_V_ERR_CA_MD_TOO_WEAK,
        "its signature uses a digest that is too weak",
        "SHA-256 or better"},
    ErrorWords{
        X509_V_ERR_EE_KEY_TOO_SMALL,
        "its key is too short",
        "RSA with 2048 bits or more, or P-256"},
    ErrorWords{
        X509_V_ERR_CA_KEY_TOO_SMALL,
        "the key of its authority is too short",
        "RSA with 2048 bits or more, or P-256"},
};

StorePtr make_store(const Verification& with) {
    StorePtr store(X509_STORE_new());
    if (!store) return nullptr;
    for (const Certificate& each : with.trusted) {
        if (X509_STORE_add_cert(store.get(), each.native()) != 1) return nullptr;
    }
    for (const RevocationList& each : with.lists) {
        if (X509_STORE_add_crl(store.get(), each.native()) != 1) return nullptr;
    }
    return store;
}

/// Notes the error and goes on, so that all are found.
int note_error(int valid, X509_STORE_CTX* context) {
    auto* const found = static_cast<std::vector<int>*>(X509_STORE_CTX_get_ex_data(context, 0));
    const int code = X509_STORE_CTX_get_error(context);
    if (valid == 0 && std::find(found->begin(), found->end(), code) == found->end())
        found->push_back(code);
    return 1;
}

bool set_up(X509_STORE_CTX* context, const Verification& with) {
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(rules, std::chrono::system_clock::to_time_t(with.now));
    if (!with.lists.empty()) X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK);
    if (with.purpose == VerifyFor::server)
        X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    if (with.purpose == VerifyFor::client)
        X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
    if (!with.host) return true;
    const std::string& host = with.host->value;
    if (with.host->kind == NameKind::address)
        return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size()) == 1;
}

/// The codes that say the same as another.
void drop_repeated(std::vector<int>& codes) {
    const auto has = [&](int code) {
        return std::find(codes.begin(), codes.end(), code) != codes.end();
    };
    if (has(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY))
        std::erase(codes, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE);
    // Without its authority there is no list of it either.
    if (has(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) ||
        has(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) || has(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN))
        std::erase(codes, X509_V_ERR_UNABLE_TO_GET_CRL);
}

} // namespace

CryptoProblem describe_verify_error(int code) {
    const auto* const row =
        std::find_if(error_words.begin(), error_words.end(), [&](const ErrorWords& each) {
            return each.code == code;
        });
    if (row != error_words.end()) return {std::string(row->message), std::string(row->hint)};
    return {X509_verify_cert_error_string(code), {}};
}

std::vector<CryptoProblem>
verify_certificate(const Certificate& certificate, const Verification& with) {
    ERR_clear_error();
    const StorePtr store = make_store(with);
    const StackPtr between(sk_X509_new_null());
    const ContextPtr context(X509_STORE_CTX_new());
    if (!store || !between || !context) return {openssl_problem("cannot verify")};
    for (const Certificate& each : with.intermediate)
        sk_X509_push(between.get(), each.native());
    std::vector<int> codes;
    if (X509_STORE_CTX_init(context.get(), store.get(), certificate.native(), between.get()) != 1 ||
        X509_STORE_CTX_set_ex_data(context.get(), 0, &codes) != 1 || !set_up(context.get(), with))
        return {openssl_problem("cannot verify")};
    X509_STORE_CTX_set_verify_cb(context.get(), note_error);
    const int verified = X509_verify_cert(context.get());
    if (verified != 1 && codes.empty()) codes.push_back(X509_STORE_CTX_get_error(context.get()));
    ERR_clear_error();
    drop_repeated(codes);
    std::vector<CryptoProblem> problems;
    problems.reserve(codes.size());
    for (const int code : codes)
        problems.push_back(describe_verify_error(code));
    return problems;
}

} // namespace crypto
