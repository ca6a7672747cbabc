#include "common/net/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace net {

namespace {

/// As a peer at a Unix socket is called.
constexpr std::string_view unix_sockets = "unix";
constexpr unsigned mapped_bits = 96; // of ::ffff:0:0/96, where IPv4 is

using AddressBytes = std::array<std::uint8_t, 16>;

struct Parsed {
    AddressBytes bytes{};
    bool ipv4 = false;
};

std::optional<Parsed> parse_address(std::string_view text) {
    const std::string name(text);
    Parsed parsed;
    parsed.bytes[10] = 0xFF;
    parsed.bytes[11] = 0xFF;
    if (::inet_pton(AF_INET, name.c_str(), parsed.bytes.data() + 12) == 1) {
        parsed.ipv4 = true;
        return parsed;
    }
    if (::inet_pton(AF_INET6, name.c_str(), parsed.bytes.data()) == 1) return parsed;
    return std::nullopt;
}

bool same_prefix(const AddressBytes& a, const AddressBytes& b, unsigned bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
        return false;
    }
    const unsigned rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
    return (a[whole] & mask) == (b[whole] & mask);
}

} // namespace

std::optional<Network> Network::parse(std::string_view text) {
    if (text == unix_sockets) {
        Network network;
        network.text_ = text;
        return network;
    }
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const unsigned most = address->ipv4 ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const std::string_view number = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), bits);
        const bool whole = error == std::errc{} && end == number.data() + number.size();
        if (!whole || bits > most) return std::nullopt;
    }
    Network network;
    network.text_ = text;
    network.prefix_ = address->bytes;
    network.bits_ = address->ipv4 ? mapped_bits + bits : bits;
    return network;
}

bool Network::contains(const std::string& address) const {
    if (text_ == unix_sockets) return address == unix_sockets;
    const auto parsed = parse_address(address);
    return parsed && same_prefix(parsed->bytes, prefix_, bits_);
}

bool is_in(const std::vector<Network>& networks, const std::string& address) {
    return std::any_of(networks.begin(), networks.end(), [&](const Network& network) {
        return network.contains(address);
    });
}

std::optional<std::string> forwarded_address(std::string_view text) {
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    const auto parsed = parse_address(text);
    if (!parsed) return std::nullopt;
    std::array<char, INET6_ADDRSTRLEN> name{};
    const int family = parsed->ipv4 ? AF_INET : AF_INET6;
    const void* const bytes = parsed->bytes.data() + (parsed->ipv4 ? 12 : 0);
    return std::string(::inet_ntop(family, bytes, name.data(), name.size()));
}

std::optional<std::string> real_address(
    const std::string& peer,
    const std::vector<std::string>& forwarded,
    const std::vector<Network>& trusted
) {
    std::optional<std::string> real;
    for (std::size_t left = forwarded.size(); left > 0; --left) {
        if (!is_in(trusted, real.value_or(peer))) break;
        const auto address = forwarded_address(forwarded[left - 1]);
        if (!address) break;
        real = *address;
    }
    return real;
}

} // namespace net
