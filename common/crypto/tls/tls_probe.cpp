#include "common/crypto/tls/tls_probe.hpp"

#include "common/crypto/crypto_problem.hpp"
#include "common/crypto/openssl_handle.hpp"
#include "common/crypto/tls/tls_errors.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace crypto {

namespace {

constexpr std::size_t piece = 16384;
constexpr std::array version_numbers{TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
constexpr std::array<std::string_view, 4> version_names{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

/// Called when the server has asked; the certificate, if there is one, is set already.
int note_request(SSL* /*connection*/, void* asks) {
    *static_cast<bool*>(asks) = true;
    return 1;
}

void check(bool success) {
    if (!success) throw std::runtime_error("cannot begin TLS: " + take_openssl_reason());
}

void set_versions(SSL_CTX* context, std::optional<ProbedVersion> only) {
    if (!only) {
        check(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
        return;
    }
    const int number = version_numbers.at(static_cast<std::size_t>(*only));
    check(SSL_CTX_set_min_proto_version(context, number) == 1);
    check(SSL_CTX_set_max_proto_version(context, number) == 1);
    // What this machine would refuse must still be seen.
    check(SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") == 1);
}

void set_identity(SSL_CTX* context, const ClientIdentity& identity) {
    check(SSL_CTX_use_certificate(context, identity.chain.front().native()) == 1);
    for (std::size_t i = 1; i < identity.chain.size(); ++i)
        check(SSL_CTX_add1_chain_cert(context, identity.chain[i].native()) == 1);
    check(SSL_CTX_use_PrivateKey(context, identity.key.native()) == 1);
}

} // namespace

std::string_view name_of(ProbedVersion version) {
    return version_names.at(static_cast<std::size_t>(version));
}

void TlsProbe::Free::operator()(ssl_st* connection) const {
    SSL_free(connection);
}

void TlsProbe::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

TlsProbe::TlsProbe(int socket, const TlsProbeSettings& settings)
    : context_(SSL_CTX_new(TLS_client_method())) {
    check(context_ != nullptr);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_cert_cb(context_.get(), note_request, &asks_);
    set_versions(context_.get(), settings.version);
    if (settings.identity) set_identity(context_.get(), *settings.identity);
    if (!settings.alpn.empty()) {
        std::string list(1, static_cast<char>(settings.alpn.size()));
        list += settings.alpn;
        const base::Bytes bytes = base::as_bytes(list);
        const auto size = static_cast<unsigned>(bytes.size());
        check(SSL_CTX_set_alpn_protos(context_.get(), bytes.data(), size) == 0);
    }
    connection_.reset(SSL_new(context_.get()));
    check(connection_ != nullptr && SSL_set_fd(connection_.get(), socket) == 1);
    SSL_set_connect_state(connection_.get());
    if (settings.server_name.empty()) return;
    std::string name = settings.server_name;
    const int which = SSL_CTRL_SET_TLSEXT_HOSTNAME; // SSL_set_tlsext_host_name()
    check(SSL_ctrl(connection_.get(), which, TLSEXT_NAMETYPE_host_name, name.data()) == 1);
}

TlsProbe::~TlsProbe() = default;

TlsProbe::Step TlsProbe::step_of(int result) {
    const int system_error = errno;
    switch (SSL_get_error(connection_.get(), result)) {
    case SSL_ERROR_WANT_READ:
        return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
        return Step::wants_write;
    case SSL_ERROR_ZERO_RETURN:
        return Step::closed;
    case SSL_ERROR_SYSCALL:
        error_ = system_error == 0 ? "the server has closed the connection"
                                   : std::generic_category().message(system_error);
        ERR_clear_error();
        return Step::failed;
    default:
        error_ = why_tls_failed(connection_.get(), false).words;
        return Step::failed;
    }
}

TlsProbe::Step TlsProbe::shake_hands() {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_do_handshake(connection_.get());
    return result == 1 ? Step::done : step_of(result);
}

TlsProbe::Step TlsProbe::read(base::ByteBuffer& out) {
    ERR_clear_error();
    errno = 0;
    const std::size_t before = out.size();
    out.resize(before + piece);
    std::size_t size = 0;
    const int result = SSL_read_ex(connection_.get(), out.data() + before, piece, &size);
    out.resize(before + size);
    return result == 1 ? Step::done : step_of(result);
}

TlsProbe::Step TlsProbe::write(base::Bytes& bytes) {
    ERR_clear_error();
    errno = 0;
    std::size_t size = 0;
    const int result = SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &size);
    bytes = bytes.subspan(size);
    return result == 1 ? Step::done : step_of(result);
}

std::string TlsProbe::version() const {
    return SSL_get_version(connection_.get());
}

std::string TlsProbe::cipher() const {
    const char* const name = SSL_get_cipher_name(connection_.get());
    return name == nullptr ? "none" : name;
}

std::string TlsProbe::alpn() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(connection_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::vector<Certificate> TlsProbe::chain() const {
    std::vector<Certificate> found;
    const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(connection_.get());
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        X509* const each = sk_X509_value(chain, i);
        X509_up_ref(each);
        found.emplace_back(std::shared_ptr<X509>(each, X509_free));
    }
    return found;
}

} // namespace crypto
