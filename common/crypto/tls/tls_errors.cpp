#include "common/crypto/tls/tls_errors.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <string_view>

namespace crypto {

namespace {

using Trouble = base::TransportTrouble;

struct Words {
    int reason;
    const char* server; ///< what the server says about its client
    const char* client; ///< what the client says about its server
    Trouble trouble = Trouble::tls_failed;
};

constexpr Words table[] = {
    {SSL_R_NO_SHARED_CIPHER,
     "the client and this listener have no cipher in common (ciphers, certificate type)",
     "the server and this client have no cipher in common",
     Trouble::no_common_cipher},
    {SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM,
     "the client cannot check the kind of signature of this listener's certificate",
     "the server has no kind of signature in common with this client",
     Trouble::no_common_cipher},
    {SSL_R_NO_SUITABLE_KEY_SHARE,
     "the client and this listener have no key exchange in common",
     "the server and this client have no key exchange in common",
     Trouble::no_common_cipher},
    {SSL_R_UNSUPPORTED_PROTOCOL,
     "the client speaks older TLS versions only (tls_version)",
     "the server speaks older TLS versions only (--tls-version)",
     Trouble::no_common_version},
    {SSL_R_VERSION_TOO_LOW,
     "the client speaks older TLS versions only (tls_version)",
     "the server speaks older TLS versions only (--tls-version)",
     Trouble::no_common_version},
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE,
     "the client has sent no certificate (require_certificate)",
     "the server has sent no certificate"},
    {SSL_R_PSK_IDENTITY_NOT_FOUND,
     "the client has named an identity that is not in psk_file",
     "the server knows no such identity",
     Trouble::unknown_identity},
    {SSL_R_BINDER_DOES_NOT_VERIFY,
     "the client has another key than psk_file for its identity",
     "the server has another key for this identity",
     Trouble::wrong_shared_key},
    {SSL_R_WRONG_VERSION_NUMBER,
     "the client does not speak TLS",
     "the server does not speak TLS",
     Trouble::no_tls},
    {SSL_R_HTTP_REQUEST,
     "the client speaks HTTP without TLS",
     "the server speaks HTTP without TLS",
     Trouble::no_tls},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA,
     "the client does not trust the CA of this listener's certificate",
     "the server does not trust the CA of this client's certificate",
     Trouble::certificate_refused},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
     "the client has refused this listener's certificate",
     "the server has refused this client's certificate",
     Trouble::certificate_refused},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
     "the client has refused this listener's certificate",
     "the server has refused this client's certificate",
     Trouble::certificate_refused},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
     "the client has refused this listener's certificate: it is not for a server",
     "the server has refused this client's certificate: it is not for a client",
     Trouble::certificate_refused},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
     "the client says that this listener's certificate has expired",
     "the server says that this client's certificate has expired",
     Trouble::certificate_refused},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
     "the client says that this listener's certificate is revoked",
     "the server says that this client's certificate is revoked",
     Trouble::certificate_refused},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
     "the client asks for a certificate",
     "the server requires a client certificate",
     Trouble::certificate_required},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
     "the client and this listener have nothing in common (versions, ciphers, certificate type)",
     "the server has refused the handshake: no cipher in common, or it requires a client "
     "certificate",
     Trouble::no_common_cipher},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
     "the client refuses this TLS version",
     "the server refuses this TLS version",
     Trouble::no_common_version},
    {SSL_R_TLSV1_ALERT_DECRYPT_ERROR,
     "the client could not check a signature or a shared key",
     "the server could not check a signature or a shared key",
     Trouble::wrong_shared_key},
    {SSL_R_SSLV3_ALERT_ILLEGAL_PARAMETER, // what OpenSSL says to a wrong key in TLS 1.3
     "the client has refused what this listener sent",
     "the server has refused what this client sent, or has another key for this identity",
     Trouble::wrong_shared_key},
    {SSL_R_SSLV3_ALERT_BAD_RECORD_MAC,
     "the client has another key than psk_file for its identity",
     "the server has another key for this identity",
     Trouble::wrong_shared_key},
    {SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC,
     "bytes were changed on the way, or the shared keys differ",
     "bytes were changed on the way, or the shared keys differ",
     Trouble::wrong_shared_key},
    {SSL_R_DIGEST_CHECK_FAILED,
     "the shared keys of the client and of psk_file differ",
     "the shared keys differ",
     Trouble::wrong_shared_key},
    {SSL_R_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY,
     "the client knows no such identity",
     "the server knows no such identity",
     Trouble::unknown_identity},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME,
     "the client has refused the server name",
     "the server has no certificate for this host name"},
    {SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL,
     "the client has no application protocol in common",
     "the server has no application protocol in common (--tls-alpn)",
     Trouble::no_common_protocol},
    {SSL_R_UNEXPECTED_EOF_WHILE_READING,
     "the client has closed the connection",
     "the server has closed the connection"},
};

Trouble trouble_of(long result) {
    switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return Trouble::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return Trouble::not_yet_valid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return Trouble::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return Trouble::unknown_ca;
    default:
        return Trouble::tls_failed;
    }
}

std::string why_not_verified(long result, bool is_server) {
    const std::string whose =
        is_server ? "the certificate of the client " : "the certificate of the server ";
    switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return whose + "has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return whose + "is not valid yet (is the clock right?)";
    case X509_V_ERR_CERT_REVOKED:
        return whose + "is revoked";
    case X509_V_ERR_UNABLE_TO_GET_CRL:
        return whose + "is from a CA that has no revocation list in crlfile";
    case X509_V_ERR_CRL_HAS_EXPIRED:
        return "the revocation list for " + whose + "has expired";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return whose + "is signed by itself and not one of the trusted ones";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return whose + "is from an unknown CA";
    case X509_V_ERR_INVALID_PURPOSE:
        return whose + (is_server ? "is not for a client" : "is not for a server") +
               " (extended key usage)";
    default:
        return whose + "is not valid: " + X509_verify_cert_error_string(result);
    }
}

} // namespace

std::string first_openssl_error() {
    const unsigned long error = ERR_peek_error();
    const char* const reason = ERR_reason_error_string(error);
    std::string text = "unknown error";
    if (reason != nullptr) {
        text = reason;
    } else if (ERR_SYSTEM_ERROR(error)) {
        text = "a system call failed";
    }
    ERR_clear_error();
    return text;
}

bool is_key_mismatch(unsigned long error) {
    const int reason = ERR_GET_REASON(error);
    return ERR_GET_LIB(error) == ERR_LIB_X509 &&
           (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
}

TlsFailure why_tls_failed(const ssl_st* connection, bool is_server) {
    const unsigned long error = ERR_peek_last_error();
    const int reason = ERR_GET_REASON(error);
    const bool is_tls = ERR_GET_LIB(error) == ERR_LIB_SSL;
    if (is_tls && reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        ERR_clear_error();
        const long result = SSL_get_verify_result(connection);
        return {why_not_verified(result, is_server), trouble_of(result)};
    }
    for (const Words& words : table) {
        if (!is_tls || words.reason != reason) continue;
        ERR_clear_error();
        return {is_server ? words.server : words.client, words.trouble};
    }
    return {first_openssl_error(), Trouble::tls_failed};
}

} // namespace crypto
