#include "tools/mqttd/auth/realm.hpp"

#include <string_view>

namespace mqttd {

namespace {

constexpr std::uint64_t proof_bits = 3;

/// FNV-1a, of a name with its end.
std::uint64_t add(std::uint64_t hash, std::string_view name) {
    constexpr std::uint64_t prime = 0x100000001b3;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return hash * prime;
}

std::uint64_t hash_of(std::string_view first, std::string_view second = {}) {
    constexpr std::uint64_t offset_basis = 0xcbf29ce484222325;
    return add(add(offset_basis, first), second);
}

} // namespace

Realm realm_of(Proof proof, const ListenerConfig& listener) {
    std::uint64_t files = 0;
    switch (proof) {
    case Proof::none:
        return Realm::nobody;
    case Proof::password:
        files = hash_of(listener.password_file);
        break;
    case Proof::certificate:
        files = hash_of(listener.tls.ca_file, listener.tls.ca_path);
        break;
    case Proof::shared_key:
        files = hash_of(listener.tls.psk_file);
        break;
    }
    return static_cast<Realm>((files & ~proof_bits) | static_cast<std::uint64_t>(proof));
}

Proof proof_of(Realm realm) {
    return static_cast<Proof>(static_cast<std::uint64_t>(realm) & proof_bits);
}

Proof transport_proof_of(const ListenerTls& tls) {
    if (!tls.identity_as_username && !tls.subject_as_username) return Proof::none;
    return tls.psk_hint ? Proof::shared_key : Proof::certificate;
}

} // namespace mqttd
