// Who vouches for the name of a user: a password file, the CA of a listener's certificates, or the
// file of its shared keys. Two users of one name are the same only in one realm. Immutable; any
// thread; the same in every run for the same files.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <cstdint>

namespace mqttd {

/// How a client has shown who it is.
enum class Proof : std::uint8_t { none, password, certificate, shared_key };

/// A hash of the files; the lowest two bits are the Proof.
enum class Realm : std::uint64_t { nobody = 0 };

/// Of the clients of this listener that give such a proof. Proof::none: Realm::nobody.
[[nodiscard]] Realm realm_of(Proof proof, const ListenerConfig& listener);

[[nodiscard]] Proof proof_of(Realm realm);

/// What a listener asks for besides passwords; none: user names are not taken from TLS.
[[nodiscard]] Proof transport_proof_of(const ListenerTls& tls);

} // namespace mqttd
