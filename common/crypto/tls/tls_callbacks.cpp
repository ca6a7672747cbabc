#include "common/crypto/tls/tls_callbacks.hpp"

#include "common/crypto/tls/tls_filter.hpp"

#include <openssl/x509v3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace crypto {

namespace {

/// Of the application data of the context that the connection began with.
const TlsContext& context_of(const SSL* connection) {
    return *static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
}

unsigned give_key(const base::ByteBuffer& known, unsigned char* key, unsigned room) {
    if (known.size() > room) return 0;
    std::copy(known.begin(), known.end(), key);
    return static_cast<unsigned>(known.size());
}

} // namespace

// The first certificate that is for the name; else the first of all, as without a name.
int TlsContext::Callbacks::choose_certificate(SSL* connection, int*, void*) {
    const char* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    for (const auto& candidate : context_of(connection).contexts_) {
        X509* const certificate = SSL_CTX_get0_certificate(candidate.get());
        if (certificate == nullptr) continue;
        if (X509_check_host(certificate, name, std::strlen(name), 0, nullptr) != 1) continue;
        SSL_set_SSL_CTX(connection, candidate.get());
        break;
    }
    return SSL_TLSEXT_ERR_OK;
}

// A client that offers only other protocols is let in as one that offers none: what it speaks
// shows soon enough.
// NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's
int TlsContext::Callbacks::choose_alpn(
    SSL* /*connection*/,
    const unsigned char** chosen,
    unsigned char* chosen_size,
    const unsigned char* offered,
    unsigned offered_size,
    void* /*argument*/
) {
    static constexpr unsigned char known[] = "\x04mqtt\x08http/1.1";
    unsigned char* match = nullptr;
    const int result =
        SSL_select_next_proto(&match, chosen_size, known, sizeof known - 1, offered, offered_size);
    if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *chosen = match;
    return SSL_TLSEXT_ERR_OK;
}

unsigned TlsContext::Callbacks::server_psk(
    SSL* connection, const char* identity, unsigned char* key, unsigned room
) {
    if (identity == nullptr) return 0;
    const PskKeys& keys = context_of(connection).psk_keys_;
    const auto found = keys.find(std::string_view(identity));
    auto* const filter = static_cast<TlsFilter*>(SSL_get_app_data(connection));
    filter->note_psk_identity(identity, found != keys.end());
    return found == keys.end() ? 0 : give_key(found->second, key, room);
}

// NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's
unsigned TlsContext::Callbacks::client_psk(
    SSL* connection,
    const char*,
    char* identity,
    unsigned identity_room,
    unsigned char* key,
    unsigned room
) {
    const TlsContext& context = context_of(connection);
    const std::string& name = context.psk_identity_;
    if (context.psk_keys_.empty() || name.size() >= identity_room) return 0;
    std::memcpy(identity, name.c_str(), name.size() + 1);
    return give_key(context.psk_keys_.begin()->second, key, room);
}

// "LABEL client-random secret", both in hexadecimal. The last two secrets of a handshake are those
// of the connection itself.
void TlsContext::Callbacks::keylog(const SSL* connection, const char* line) {
    const std::string_view words(line);
    const std::string_view secret = words.substr(words.rfind(' ') + 1);
    auto* const filter = static_cast<TlsFilter*>(SSL_get_app_data(connection));
    if (words.starts_with("CLIENT_TRAFFIC_SECRET_0 ")) {
        filter->note_traffic_secret(TlsFilter::Side::client, secret);
    } else if (words.starts_with("SERVER_TRAFFIC_SECRET_0 ")) {
        filter->note_traffic_secret(TlsFilter::Side::server, secret);
    }
    std::FILE* const file = context_of(connection).keylog_.get();
    if (file == nullptr) return;
    const std::string text = std::string(line) + '\n';
    // The log is for looking at traffic; a connection does not depend on it.
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), file) == text.size());
    std::fflush(file);
}

int give_passphrase(char* buffer, int size, int, void* user) {
    if (user == nullptr) return 0;
    auto& request = *static_cast<PassphraseRequest*>(user);
    request.asked = true;
    const auto room = static_cast<std::size_t>(std::max(size, 0));
    if (request.passphrase.empty() || request.passphrase.size() > room) return 0;
    std::memcpy(buffer, request.passphrase.data(), request.passphrase.size());
    return static_cast<int>(request.passphrase.size());
}

bool is_directory(const std::string& path) {
    struct stat info {};

    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           ::access(path.c_str(), R_OK | X_OK) == 0;
}

std::FILE* open_keylog(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return nullptr;
    std::FILE* const file = ::fdopen(fd, "a");
    if (file == nullptr) ::close(fd);
    return file;
}

} // namespace crypto
