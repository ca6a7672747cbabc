// The commands of mqtt-certgen as data: what the command line, the help and main() know of each.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace mqtt_certgen {

enum class Verb : std::uint8_t {
    init,
    ca,
    server,
    client,
    csr,
    sign,
    renew,
    rekey,
    revoke,
    crl,
    list,
    show,
    verify,
    check,
    doctor,
    export_files,
    passphrase,
    snippet,
};

struct VerbRow {
    Verb verb;
    std::string_view name;
    std::string_view words;   ///< behind the name, for the help
    std::string_view purpose; ///< one sentence
    std::string_view example; ///< words of a command that works
    std::size_t least_words = 0;
    std::size_t most_words = 0;
    bool rare = false; ///< only its name is in --help, which fits a screen
};

inline constexpr std::size_t any_number = 10'000;

// clang-format off
inline constexpr std::array verbs{
    VerbRow{Verb::init, "init", "", "make everything for a broker and its clients",
        "init --host broker.local --client sensor1", 0, 0},
    VerbRow{Verb::ca, "ca", "", "make only the authority that signs the rest", "ca --ca-name Garden", 0, 0},
    VerbRow{Verb::server, "server", "HOST...", "make a key and a certificate for a broker",
        "server broker2.local 10.0.0.2", 1, any_number},
    VerbRow{Verb::client, "client", "NAME...", "make a key and a certificate for each client",
        "client sensor1 'printer A'", 0, any_number},
    VerbRow{Verb::csr, "csr", "NAME", "make a key and a request that another authority can sign",
        "csr --host broker.local broker", 1, 1, true},
    VerbRow{Verb::sign, "sign", "FILE", "sign a request that was made elsewhere",
        "sign --as client sensor2.csr", 1, 1},
    VerbRow{Verb::renew, "renew", "NAME...", "make new certificates for the same keys; ca: its own",
        "renew --warn-days 30", 0, any_number},
    VerbRow{Verb::rekey, "rekey", "NAME...", "make new keys and certificates in place of old ones",
        "rekey --revoke sensor1", 1, any_number, true},
    VerbRow{Verb::revoke, "revoke", "NAME...", "have certificates refused from now on",
        "revoke --reason keyCompromise sensor1", 1, any_number},
    VerbRow{Verb::crl, "crl", "", "make a new revocation list before the old one ends", "crl", 0, 0, true},
    VerbRow{Verb::list, "list", "", "list what was made and until when it is valid", "list", 0, 0},
    VerbRow{Verb::show, "show", "NAME|FILE...", "say what is in certificates, requests, lists and keys",
        "show server", 1, any_number},
    VerbRow{Verb::verify, "verify", "NAME|FILE...", "say whether certificates will be accepted, else why not",
        "verify server --host broker.local", 1, any_number},
    VerbRow{Verb::check, "check", "HOST:PORT", "look at a live listener, and say MQTT CONNECT to it",
        "check wss://broker.local:443/mqtt", 1, 1},
    VerbRow{Verb::doctor, "doctor", "[FILE...]", "explain what is wrong with files, also hand-made ones",
        "doctor ca.crt server.crt server.key", 0, any_number},
    VerbRow{Verb::export_files, "export", "NAME", "write PKCS #12, one PEM file, DER or a C header",
        "export --format c-header sensor1", 1, 1, true},
    VerbRow{Verb::passphrase, "passphrase", "NAME|FILE", "change, set or remove the pass phrase of a key",
        "passphrase ca", 1, 1, true},
    VerbRow{Verb::snippet, "snippet", "[NAME...]", "print the broker's configuration, or clients' commands",
        "snippet sensor1", 0, any_number},
};
// clang-format on

/// A set of commands: those that an option belongs to.
using VerbSet = std::uint32_t;

constexpr VerbSet bit_of(Verb verb) {
    return VerbSet{1} << static_cast<unsigned>(verb);
}

constexpr VerbSet in(std::initializer_list<Verb> list) {
    VerbSet set = 0;
    for (const Verb verb : list)
        set |= bit_of(verb);
    return set;
}

inline constexpr VerbSet in_all = ~VerbSet{0};

[[nodiscard]] const VerbRow& row_of(Verb verb);

} // namespace mqtt_certgen
