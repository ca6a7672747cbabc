#include "tools/mqttd/auth/realm.hpp"

#include <gtest/gtest.h>

namespace {

using mqttd::ListenerConfig;
using mqttd::Proof;
using mqttd::Realm;
using mqttd::realm_of;

ListenerConfig listener(const char* passwords, const char* ca, const char* keys) {
    ListenerConfig made;
    made.password_file = passwords;
    made.tls.ca_file = ca;
    made.tls.psk_file = keys;
    return made;
}

TEST(Realm, the_same_file_is_the_same_realm_at_every_listener) {
    const ListenerConfig first = listener("users", "ca", "keys");
    ListenerConfig second = listener("users", "ca", "keys");
    second.port = 8883;
    for (const Proof proof : {Proof::password, Proof::certificate, Proof::shared_key}) {
        EXPECT_EQ(realm_of(proof, first), realm_of(proof, second));
        EXPECT_EQ(mqttd::proof_of(realm_of(proof, first)), proof);
    }
}

TEST(Realm, another_file_or_another_kind_of_proof_is_another_realm) {
    const ListenerConfig first = listener("same", "same", "same");
    const ListenerConfig second = listener("other", "other", "other");
    for (const Proof proof : {Proof::password, Proof::certificate, Proof::shared_key})
        EXPECT_NE(realm_of(proof, first), realm_of(proof, second));
    EXPECT_NE(realm_of(Proof::password, first), realm_of(Proof::certificate, first));
    EXPECT_NE(realm_of(Proof::password, first), realm_of(Proof::shared_key, first));
    ListenerConfig folder = listener("", "", "");
    folder.tls.ca_path = "ca";
    EXPECT_NE(
        realm_of(Proof::certificate, folder), realm_of(Proof::certificate, listener("", "ca", ""))
    );
}

TEST(Realm, without_a_proof_there_is_none) {
    EXPECT_EQ(realm_of(Proof::none, listener("users", "ca", "keys")), Realm::nobody);
    EXPECT_NE(realm_of(Proof::password, listener("", "", "")), Realm::nobody);
}

// Sessions are stored with it.
TEST(Realm, the_number_stays_the_same_from_version_to_version) {
    EXPECT_EQ(
        static_cast<std::uint64_t>(realm_of(Proof::password, listener("/etc/users", "", ""))),
        0x51027d1222ba36adU
    );
}

TEST(Realm, a_listener_takes_names_from_certificates_or_shared_keys_when_it_is_told_to) {
    ListenerConfig one = listener("", "ca", "");
    EXPECT_EQ(transport_proof_of(one.tls), Proof::none);
    one.tls.subject_as_username = true;
    EXPECT_EQ(transport_proof_of(one.tls), Proof::certificate);
    one.tls.psk_hint = "";
    EXPECT_EQ(transport_proof_of(one.tls), Proof::shared_key);
}

} // namespace
