// What OpenSSL asks while a handshake goes on: which certificate, which protocol, which key. Only
// for the .cpp files of this folder. Any thread; they read the context, which does not change.
#pragma once

#include "common/crypto/tls/tls_context.hpp"

#include <openssl/ssl.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace crypto {

struct TlsContext::Callbacks {
    static int choose_certificate(SSL* connection, int* alert, void* argument);
    static int choose_alpn(
        SSL* connection,
        const unsigned char** chosen,
        unsigned char* chosen_size,
        const unsigned char* offered,
        unsigned offered_size,
        void* argument
    );
    static unsigned
    server_psk(SSL* connection, const char* identity, unsigned char* key, unsigned room);
    static unsigned client_psk(
        SSL* connection,
        const char* hint,
        char* identity,
        unsigned identity_room,
        unsigned char* key,
        unsigned room
    );
    static void keylog(const SSL* connection, const char* line);
};

/// While a key file is read.
struct PassphraseRequest {
    std::string_view passphrase;
    bool asked = false;
};

/// Of OpenSSL's form; user is a PassphraseRequest. Nobody is ever prompted.
int give_passphrase(char* buffer, int size, int writing, void* user);

[[nodiscard]] bool is_directory(const std::string& path);

/// For appending, readable by the owner only; nullptr: errno says why.
[[nodiscard]] std::FILE* open_keylog(const std::string& path);

} // namespace crypto
