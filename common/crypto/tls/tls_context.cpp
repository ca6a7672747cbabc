#include "common/crypto/tls/tls_context.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/tls/tls_callbacks.hpp"
#include "common/crypto/tls/tls_errors.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <fstream>
#include <new>
#include <sstream>
#include <system_error>
#include <utility>

namespace crypto {

namespace {

constexpr const char* good_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AESCCM:!PSK";
constexpr const char* psk_ciphers = "kECDHEPSK:kPSK";
constexpr const char* good_groups = "X25519:P-256:P-384";
constexpr long ticket_life_seconds = 7200;

int protocol_of(TlsVersion version) {
    return version == TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

std::string system_message(int error) {
    return std::generic_category().message(error);
}

/// The file as OpenSSL will meet it, so that a wrong path is told as such.
std::string why_unreadable(const std::string& path) {
    errno = 0;
    std::ifstream file(path);
    if (file.good() && file.peek() != std::ifstream::traits_type::eof()) return {};
    if (errno != 0) return system_message(errno);
    return file.is_open() ? "the file is empty" : "cannot be opened";
}

} // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

TlsContext::~TlsContext() = default;

ssl_st* TlsContext::new_connection() const {
    SSL* const connection = SSL_new(contexts_.front().get());
    if (connection == nullptr) throw std::bad_alloc();
    return connection;
}

/// Fills a context and collects what is wrong.
struct TlsContext::Setup {
    TlsContext& context;
    TlsProblems problems = {};

    void
    problem(TlsSetting setting, std::string message, std::string hint = {}, std::size_t index = 0) {
        problems.push_back({setting, index, std::move(message), std::move(hint)});
        ERR_clear_error();
    }

    [[nodiscard]] bool
    readable(TlsSetting setting, const std::string& path, std::size_t index = 0) {
        const std::string why = why_unreadable(path);
        if (why.empty()) return true;
        problem(setting, base::in_quotes(path) + ": " + why, {}, index);
        return false;
    }

    [[nodiscard]] SSL_CTX* add() {
        const SSL_METHOD* const method =
            context.is_server_ ? TLS_server_method() : TLS_client_method();
        SSL_CTX* const native = SSL_CTX_new(method);
        if (native == nullptr) throw std::bad_alloc();
        context.contexts_.emplace_back(native);
        SSL_CTX_set_app_data(native, &context);
        SSL_CTX_set_mode(
            native,
            SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        );
        SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set1_groups_list(native, good_groups);
        return native;
    }

    void set_versions(SSL_CTX* native, TlsVersion minimum) const {
        SSL_CTX_set_min_proto_version(native, protocol_of(minimum));
    }

    void set_ciphers(
        SSL_CTX* native,
        const std::string& ciphers,
        const std::string& suites,
        const char* default_ciphers
    ) {
        const std::string list = ciphers.empty() ? default_ciphers : ciphers;
        if (SSL_CTX_set_cipher_list(native, list.c_str()) != 1) {
            problem(
                TlsSetting::ciphers,
                base::in_quotes(list) + " names no cipher",
                "openssl ciphers -s -tls1_2 lists them; those of TLS 1.3 have an option of their "
                "own"
            );
        }
        if (!suites.empty() && SSL_CTX_set_ciphersuites(native, suites.c_str()) != 1) {
            problem(
                TlsSetting::cipher_suites,
                base::in_quotes(suites) + " is no list of TLS 1.3 ciphers",
                "for example TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
            );
        }
    }

    void use_key_pair(
        SSL_CTX* native, const TlsKeyPair& pair, std::size_t index, std::string_view passphrase
    );
    void use_key(
        SSL_CTX* native, const TlsKeyPair& pair, std::size_t index, std::string_view passphrase
    );
    void check_dates(SSL_CTX* native, const TlsKeyPair& pair, std::size_t index);
    void use_cas(SSL_CTX* native, const std::string& file, const std::string& path);
    void use_crls(SSL_CTX* native, const std::string& file);
    void use_psk_file(const TlsServerSettings& settings);
    void use_keylog(SSL_CTX* native, const std::string& path);
    void verify_clients(SSL_CTX* native, const TlsServerSettings& settings);
    void set_up_server(SSL_CTX* native, const TlsServerSettings& settings);
    void set_up_client(SSL_CTX* native, const TlsClientSettings& settings);
};

void TlsContext::Setup::use_key_pair(
    SSL_CTX* native, const TlsKeyPair& pair, std::size_t index, std::string_view passphrase
) {
    const std::string& file = pair.certificate_file;
    bool usable = readable(TlsSetting::certificate_file, file, index);
    if (usable && SSL_CTX_use_certificate_chain_file(native, file.c_str()) != 1) {
        usable = false;
        problem(
            TlsSetting::certificate_file,
            base::in_quotes(file) + " holds no usable certificate: " + first_openssl_error(),
            "it has to be PEM: the own certificate first, those of intermediate CAs after it",
            index
        );
    }
    if (readable(TlsSetting::key_file, pair.key_file, index) && usable) {
        use_key(native, pair, index, passphrase);
    }
    if (usable) check_dates(native, pair, index);
}

void TlsContext::Setup::use_key(
    SSL_CTX* native, const TlsKeyPair& pair, std::size_t index, std::string_view passphrase
) {
    const std::string& file = pair.key_file;
    PassphraseRequest request{passphrase};
    SSL_CTX_set_default_passwd_cb(native, &give_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(native, &request);
    const bool read = SSL_CTX_use_PrivateKey_file(native, file.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(native, nullptr);
    if (read && SSL_CTX_check_private_key(native) == 1) return;
    if (request.asked && passphrase.empty()) {
        problem(
            TlsSetting::key_file,
            base::in_quotes(file) + " is encrypted, and there is no pass phrase",
            "take it off with: openssl pkey -in " + file + " -out new.key",
            index
        );
    } else if (request.asked && !read) {
        problem(TlsSetting::key_file, base::in_quotes(file) + ": wrong pass phrase", {}, index);
    } else if (is_key_mismatch(ERR_peek_last_error())) {
        problem(
            TlsSetting::key_file,
            base::in_quotes(file) + " is not the key of the certificate " +
                base::in_quotes(pair.certificate_file),
            "both belong to one key pair; were two files mixed up?",
            index
        );
    } else {
        problem(
            TlsSetting::key_file,
            base::in_quotes(file) + " holds no usable private key: " + first_openssl_error(),
            "it has to be PEM",
            index
        );
    }
}

void TlsContext::Setup::check_dates(SSL_CTX* native, const TlsKeyPair& pair, std::size_t index) {
    const X509* const certificate = SSL_CTX_get0_certificate(native);
    if (certificate == nullptr) return;
    const auto warn = [&](const char* what) {
        context.warnings_.push_back(
            {TlsSetting::certificate_file,
             index,
             base::in_quotes(pair.certificate_file) + what,
             "the other side will refuse it"}
        );
    };
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) warn(" has expired");
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) warn(" is not valid yet");
}

void TlsContext::Setup::use_cas(SSL_CTX* native, const std::string& file, const std::string& path) {
    if (!file.empty() && readable(TlsSetting::ca_file, file) &&
        SSL_CTX_load_verify_file(native, file.c_str()) != 1) {
        problem(
            TlsSetting::ca_file,
            base::in_quotes(file) + " holds no usable certificate: " + first_openssl_error(),
            "it has to be PEM"
        );
    }
    if (path.empty()) return;
    if (!is_directory(path)) {
        problem(TlsSetting::ca_path, base::in_quotes(path) + " is not a readable directory");
    } else if (SSL_CTX_load_verify_dir(native, path.c_str()) != 1) {
        problem(TlsSetting::ca_path, base::in_quotes(path) + ": " + first_openssl_error());
    }
}

void TlsContext::Setup::use_crls(SSL_CTX* native, const std::string& file) {
    if (file.empty() || !readable(TlsSetting::crl_file, file)) return;
    X509_STORE* const store = SSL_CTX_get_cert_store(native);
    X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (lookup == nullptr || X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) < 1) {
        problem(
            TlsSetting::crl_file,
            base::in_quotes(file) + " holds no usable revocation list: " + first_openssl_error(),
            "it has to be PEM"
        );
        return;
    }
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
}

void TlsContext::Setup::use_psk_file(const TlsServerSettings& settings) {
    const std::string& path = settings.psk_file;
    if (!readable(TlsSetting::psk_file, path)) return;
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    auto keys = parse_psk_file(text.str());
    if (keys) {
        context.psk_keys_ = std::move(*keys);
    } else {
        problem(TlsSetting::psk_file, base::in_quotes(path) + ": " + keys.error());
    }
}

void TlsContext::Setup::use_keylog(SSL_CTX* native, const std::string& path) {
    if (context.is_server_) SSL_CTX_set_keylog_callback(native, &Callbacks::keylog);
    if (path.empty()) return;
    if (!context.keylog_) context.keylog_.reset(open_keylog(path));
    if (context.keylog_) {
        SSL_CTX_set_keylog_callback(native, &Callbacks::keylog);
    } else {
        problem(TlsSetting::keylog_file, base::in_quotes(path) + ": " + system_message(errno));
    }
}

void TlsContext::Setup::verify_clients(SSL_CTX* native, const TlsServerSettings& settings) {
    if (!settings.require_certificate) return;
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    if (!settings.check_client_dates) {
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_NO_CHECK_TIME);
    }
    if (!settings.ca_file.empty()) {
        SSL_CTX_set_client_CA_list(native, SSL_load_client_CA_file(settings.ca_file.c_str()));
    }
}

void TlsContext::Setup::set_up_server(SSL_CTX* native, const TlsServerSettings& settings) {
    const bool uses_keys = !settings.psk_file.empty();
    set_versions(native, settings.minimum);
    set_ciphers(
        native, settings.ciphers, settings.cipher_suites, uses_keys ? psk_ciphers : good_ciphers
    );
    SSL_CTX_set_options(native, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Tickets only: the server keeps nothing. They end with the context, at the next reload.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(native, 1);
    SSL_CTX_set_timeout(native, ticket_life_seconds);
    constexpr unsigned char session_context[] = "mqtt";
    SSL_CTX_set_session_id_context(native, session_context, sizeof session_context - 1);
    SSL_CTX_set_alpn_select_cb(native, &Callbacks::choose_alpn, nullptr);
    SSL_CTX_callback_ctrl( // SSL_CTX_set_tlsext_servername_callback
        native,
        SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
        reinterpret_cast<void (*)()>(&Callbacks::choose_certificate)
    );
    use_keylog(native, settings.keylog_file);
    if (!uses_keys) return verify_clients(native, settings);
    SSL_CTX_set_psk_server_callback(native, &Callbacks::server_psk);
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET); // each connection has to name its identity
    SSL_CTX_set_num_tickets(native, 0);
    if (SSL_CTX_use_psk_identity_hint(native, settings.psk_hint.c_str()) != 1) {
        problem(TlsSetting::psk_hint, base::in_quotes(settings.psk_hint) + " is too long");
    }
}

TlsContext::Result TlsContext::for_server(const TlsServerSettings& settings) {
    std::shared_ptr<TlsContext> context(new TlsContext(true));
    Setup setup{*context};
    if (!settings.psk_file.empty()) {
        setup.set_up_server(setup.add(), settings);
        setup.use_psk_file(settings);
    }
    for (std::size_t i = 0; i < settings.key_pairs.size(); ++i) {
        SSL_CTX* const native = setup.add();
        const TlsProblems before = i == 0 ? TlsProblems{} : setup.problems;
        setup.set_up_server(native, settings);
        setup.use_cas(native, settings.ca_file, settings.ca_path);
        if (settings.require_certificate) setup.use_crls(native, settings.crl_file);
        if (i != 0) setup.problems = before; // the same files again
        setup.use_key_pair(native, settings.key_pairs[i], i, {});
    }
    if (!setup.problems.empty()) return std::move(setup.problems);
    return std::shared_ptr<const TlsContext>(std::move(context));
}

void TlsContext::Setup::set_up_client(SSL_CTX* native, const TlsClientSettings& settings) {
    const bool uses_keys = !settings.psk_key.empty();
    set_versions(native, settings.minimum);
    set_ciphers(
        native, settings.ciphers, settings.cipher_suites, uses_keys ? psk_ciphers : good_ciphers
    );
    use_keylog(native, settings.keylog_file);
    if (!settings.alpn.empty()) {
        const std::string name = static_cast<char>(settings.alpn.size()) + settings.alpn;
        const base::Bytes list = base::as_bytes(name);
        const auto size = static_cast<unsigned>(list.size());
        if (settings.alpn.size() > 255 || SSL_CTX_set_alpn_protos(native, list.data(), size) != 0) {
            problem(TlsSetting::alpn, base::in_quotes(settings.alpn) + " is too long");
        }
    }
    if (uses_keys) {
        auto key = parse_psk(settings.psk_key);
        if (!key) problem(TlsSetting::psk_key, "has to be 1 to 256 bytes in hexadecimal");
        context.psk_identity_ = settings.psk_identity;
        if (key) context.psk_keys_.emplace(settings.psk_identity, std::move(*key));
        SSL_CTX_set_psk_client_callback(native, &Callbacks::client_psk);
        return;
    }
    context.verifies_server_ = settings.verify;
    SSL_CTX_set_verify(native, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    use_cas(native, settings.ca_file, settings.ca_path);
    if (settings.system_cas) SSL_CTX_set_default_verify_paths(native);
    if (!settings.key_pair.certificate_file.empty()) {
        use_key_pair(native, settings.key_pair, 0, settings.key_passphrase.view());
    }
}

TlsContext::Result TlsContext::for_client(const TlsClientSettings& settings) {
    std::shared_ptr<TlsContext> context(new TlsContext(false));
    Setup setup{*context};
    setup.set_up_client(setup.add(), settings);
    if (!setup.problems.empty()) return std::move(setup.problems);
    return std::shared_ptr<const TlsContext>(std::move(context));
}

} // namespace crypto
