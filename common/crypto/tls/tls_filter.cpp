#include "common/crypto/tls/tls_filter.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/openssl_handle.hpp"
#include "common/crypto/tls/tls_errors.hpp"
#include "common/crypto/tls/tls_names.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

namespace crypto {

namespace {

constexpr std::size_t largest_record = 16'384;
constexpr std::uint8_t handshake_record = 0x16;
constexpr std::uint8_t protected_record = 0x17;

std::string guess_what_it_is(std::uint8_t first_byte) {
    if (first_byte == 0x10) return "this looks like plain MQTT, and the listener expects TLS";
    if (first_byte >= 'A' && first_byte <= 'Z') {
        return "this looks like plain HTTP, and the listener expects TLS";
    }
    return "this is no TLS, and the listener expects it";
}

/// Of hexadecimal digits as OpenSSL writes them.
SecretString secret_of(std::string_view hex) {
    const auto value = [](char digit) {
        return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    };
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<char>((value(hex[i]) << 4) | value(hex[i + 1])));
    return SecretString(std::move(bytes));
}

/// What has gone out with the last step of a handshake of TLS 1.3: session tickets, protected with
/// the final keys. nullopt: something else as well.
std::optional<std::uint64_t> count_protected_records(base::Bytes flight) {
    constexpr std::size_t header_size = 5;
    std::uint64_t count = 0;
    while (!flight.empty()) {
        if (flight.size() < header_size || flight[0] != protected_record) return std::nullopt;
        const std::size_t size = header_size + ((std::size_t{flight[3]} << 8U) | flight[4]);
        if (flight.size() < size) return std::nullopt;
        flight = flight.subspan(size);
        ++count;
    }
    return count;
}

} // namespace

/// What OpenSSL takes for the network.
struct TlsFilter::Wire {
    static TlsFilter& filter(BIO* bio) { return *static_cast<TlsFilter*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* buffer, std::size_t size, std::size_t* count) {
        TlsFilter& self = filter(bio);
        BIO_clear_retry_flags(bio);
        *count = std::min(size, self.input_.size());
        if (*count == 0) {
            BIO_set_retry_read(bio);
            return 0;
        }
        std::memcpy(buffer, self.input_.data(), *count);
        self.input_ = self.input_.subspan(*count);
        return 1;
    }

    static int write(BIO* bio, const char* data, std::size_t size, std::size_t* count) {
        base::append(*filter(bio).wire_, base::as_bytes({data, size}));
        *count = size;
        return 1;
    }

    static long control(BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }

    static const BIO_METHOD* method() {
        static const OpensslPtr<BIO_METHOD, BIO_meth_free> made = [] {
            BIO_METHOD* const fresh =
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bytes in memory");
            if (fresh == nullptr) throw std::bad_alloc();
            BIO_meth_set_read_ex(fresh, &read);
            BIO_meth_set_write_ex(fresh, &write);
            BIO_meth_set_ctrl(fresh, &control);
            return OpensslPtr<BIO_METHOD, BIO_meth_free>(fresh);
        }();
        return made.get();
    }
};

void TlsFilter::Free::operator()(ssl_st* connection) const {
    SSL_free(connection);
}

TlsFilter::TlsFilter(std::shared_ptr<const TlsContext> context, std::string server_name)
    : context_(std::move(context))
    , connection_(context_->new_connection())
    , server_name_(std::move(server_name)) {
    BIO* const bio = BIO_new(Wire::method());
    if (bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(connection_.get(), bio, bio);
    SSL_set_app_data(connection_.get(), this);
    if (context_->is_server()) {
        SSL_set_accept_state(connection_.get());
        return;
    }
    SSL_set_connect_state(connection_.get());
    if (!server_name_.empty() && !is_ip_address(server_name_)) {
        SSL_ctrl( // SSL_set_tlsext_host_name
            connection_.get(),
            SSL_CTRL_SET_TLSEXT_HOSTNAME,
            TLSEXT_NAMETYPE_host_name,
            server_name_.data()
        );
    }
}

TlsFilter::~TlsFilter() = default;

void TlsFilter::start(base::ByteBuffer& wire) {
    if (context_->is_server()) return;
    wire_ = &wire;
    shake_hands();
    wire_ = nullptr;
}

void TlsFilter::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    if (input.empty() || state() == State::ended || state() == State::failed) return;
    if (!std::exchange(first_byte_seen_, true) && context_->is_server() &&
        input.front() != handshake_record) {
        return fail(guess_what_it_is(input.front()));
    }
    if (records_) return receive_records(input, plain, wire);
    input_ = input;
    wire_ = &wire;
    if (state() == State::opening) shake_hands();
    if (records_) {
        receive_records(input_, plain, wire);
    } else if (state() == State::open) {
        read(plain);
    }
    wire_ = nullptr;
    input_ = {};
}

void TlsFilter::receive_records(
    base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire
) {
    records_->receive(input, plain, wire);
    if (records_->state() == Tls13Records::State::closed) {
        set_state(State::ended);
    } else if (records_->state() == Tls13Records::State::failed) {
        fail("TLS failed: " + records_->error());
    }
}

void TlsFilter::shake_hands() {
    ERR_clear_error();
    const std::size_t flight = wire_->size();
    const int done = SSL_do_handshake(connection_.get());
    if (done == 1) return finish_handshake(flight);
    if (SSL_get_error(connection_.get(), done) == SSL_ERROR_WANT_READ) return;
    if (psk_unknown_) {
        ERR_clear_error();
        return fail(
            "TLS handshake failed: the identity " + base::in_quotes(psk_identity_) +
            " is not in psk_file"
        );
    }
    fail_with("TLS handshake failed: ");
}

void TlsFilter::fail_with(const char* what) {
    TlsFailure failure = why_tls_failed(connection_.get(), context_->is_server());
    const bool client_has_key = !context_->is_server() && context_->uses_keys();
    if (client_has_key && failure.trouble == base::TransportTrouble::no_common_cipher) {
        failure = {
            "the server does not know the identity, or works without shared keys",
            base::TransportTrouble::unknown_identity};
    }
    fail(what + failure.words, failure.trouble);
}

/// flight: where in the wire the bytes begin that went out with the last step.
void TlsFilter::finish_handshake(std::size_t flight) {
    std::string wrong = wrong_name();
    if (!wrong.empty()) return fail(std::move(wrong), base::TransportTrouble::wrong_name);
    set_state(State::open);
    if (secrets_) take_over(flight);
    secrets_.reset();
}

// From here on the connection needs its keys only. Where OpenSSL may know more (TLS 1.2, a record
// size that the client has asked for, bytes that it has read ahead) it goes on itself.
void TlsFilter::take_over(std::size_t flight) {
    SSL* const native = connection_.get();
    const auto* const suite =
        tls13_suite(SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(native)));
    const std::optional<std::uint64_t> written =
        count_protected_records(base::Bytes(*wire_).subspan(flight));
    const bool possible = SSL_version(native) == TLS1_3_VERSION && suite != nullptr && written &&
                          !secrets_->client.empty() && !secrets_->server.empty() &&
                          SSL_has_pending(native) == 0 &&
                          SSL_SESSION_get_max_fragment_length(SSL_get0_session(native)) == 0;
    if (!possible) return;
    known_ = std::make_unique<const Known>(Known{
        description(), alpn(), peer_common_name(), peer_subject(), is_resumed()});
    records_ = std::make_unique<Tls13Records>(
        std::make_unique<Tls13Keys>(*suite, base::as_bytes(secrets_->client.view()), 0),
        std::make_unique<Tls13Keys>(*suite, base::as_bytes(secrets_->server.view()), *written)
    );
    connection_.reset();
    context_.reset();
}

void TlsFilter::read(base::ByteBuffer& plain) {
    std::array<std::uint8_t, largest_record>
        record; // NOLINT(cppcoreguidelines-pro-type-member-init)
    while (true) {
        ERR_clear_error();
        std::size_t size = 0;
        const int done = SSL_read_ex(connection_.get(), record.data(), record.size(), &size);
        if (done == 1) {
            base::append(plain, {record.data(), size});
            continue;
        }
        switch (SSL_get_error(connection_.get(), done)) {
        case SSL_ERROR_WANT_READ:
            return;
        case SSL_ERROR_ZERO_RETURN:
            return set_state(State::ended);
        default:
            return fail_with("TLS failed: ");
        }
    }
}

void TlsFilter::send(base::Bytes plain, base::ByteBuffer& wire) {
    if (records_) return records_->send(plain, wire);
    wire_ = &wire;
    while (!plain.empty() && state() == State::open) {
        ERR_clear_error();
        std::size_t size = 0;
        if (SSL_write_ex(connection_.get(), plain.data(), plain.size(), &size) != 1) {
            fail_with("TLS failed: ");
        }
        plain = plain.subspan(size);
    }
    wire_ = nullptr;
}

void TlsFilter::close(base::ByteBuffer& wire) {
    if (state() != State::open && state() != State::ended) return;
    if (records_) return records_->close(wire);
    wire_ = &wire;
    ERR_clear_error();
    SSL_shutdown(connection_.get()); // only sends close_notify; the answer is not waited for
    ERR_clear_error();
    wire_ = nullptr;
}

// A certificate without alternative names counts for its Common Name, also when that is an address,
// as certificates made by hand often have it.
std::string TlsFilter::wrong_name() const {
    if (!context_->verifies_server() || server_name_.empty()) return {};
    const X509* const certificate = SSL_get0_peer_certificate(connection_.get());
    if (certificate == nullptr) return "TLS handshake failed: the server has sent no certificate";
    auto* const readable =
        const_cast<X509*>(certificate); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    const std::string names = names_of(certificate);
    const bool fits = is_ip_address(server_name_)
                          ? X509_check_ip_asc(readable, server_name_.c_str(), 0) == 1 ||
                                (names.empty() && common_name_of(certificate) == server_name_)
                          : X509_check_host(
                                readable,
                                server_name_.data(),
                                server_name_.size(),
                                X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                                nullptr
                            ) == 1;
    if (fits) return {};
    const std::string theirs = names.empty() ? base::escaped(common_name_of(certificate)) : names;
    return "TLS handshake failed: the certificate of the server is for " + theirs + ", not for " +
           base::escaped(server_name_);
}

std::string TlsFilter::description() const {
    if (known_) return known_->description;
    return std::string(SSL_get_version(connection_.get())) + ", " +
           SSL_get_cipher_name(connection_.get());
}

bool TlsFilter::is_resumed() const {
    if (known_) return known_->is_resumed;
    return SSL_session_reused(connection_.get()) == 1;
}

std::string TlsFilter::alpn() const {
    if (known_) return known_->alpn;
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(connection_.get(), &name, &size);
    return std::string(base::as_text({name, size}));
}

std::string TlsFilter::peer_common_name() const {
    if (known_) return known_->common_name;
    const X509* const certificate = SSL_get0_peer_certificate(connection_.get());
    if (certificate == nullptr) return {};
    std::string name = common_name_of(certificate);
    const bool usable = base::is_valid_utf8(name) && name.find('\0') == std::string::npos;
    return usable ? name : std::string{};
}

std::string TlsFilter::peer_subject() const {
    if (known_) return known_->subject;
    const X509* const certificate = SSL_get0_peer_certificate(connection_.get());
    if (certificate == nullptr) return {};
    return subject_of(certificate);
}

std::shared_ptr<void> TlsFilter::session() const {
    if (!connection_) return nullptr;
    SSL_SESSION* const session = SSL_get1_session(connection_.get());
    if (session == nullptr) return nullptr;
    return {session, [](void* kept) {
                SSL_SESSION_free(static_cast<SSL_SESSION*>(kept));
            }};
}

void TlsFilter::resume(const std::shared_ptr<void>& session) {
    SSL_set_session(connection_.get(), static_cast<SSL_SESSION*>(session.get()));
}

void TlsFilter::note_traffic_secret(Side side, std::string_view hex) {
    if (!context_->is_server()) return;
    if (!secrets_) secrets_ = std::make_unique<Secrets>();
    (side == Side::client ? secrets_->client : secrets_->server) = secret_of(hex);
}

void TlsFilter::note_psk_identity(std::string_view identity, bool known) {
    psk_identity_ = identity;
    psk_unknown_ = !known;
}

} // namespace crypto
