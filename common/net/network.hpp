// Networks of IP addresses ("10.0.0.0/8", "2001:db8::/32", one address), and what proxies write
// about the address of a client. Pure values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace net {

class Network {
public:
    /// ADDRESS, ADDRESS/BITS, or "unix" for whoever comes over a Unix socket; nullopt: none of
    /// them.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);

    /// address: as text; one that is none is in no network.
    [[nodiscard]] bool contains(const std::string& address) const;

    /// As parse() reads it.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    std::array<std::uint8_t, 16> prefix_{}; ///< IPv4 as ::ffff:a.b.c.d
    unsigned bits_ = 0;                     ///< of 128
};

[[nodiscard]] bool is_in(const std::vector<Network>& networks, const std::string& address);

/// The address in what a proxy wrote: "203.0.113.9", "203.0.113.9:4711", "[2001:db8::1]:47"; in
/// canonical text. nullopt: no address ("unknown", "_hidden").
[[nodiscard]] std::optional<std::string> forwarded_address(std::string_view text);

/// Who really connected: follows what proxies wrote back from the peer for as long as the one who
/// says it is trusted. forwarded: the nearest proxy's word last. nullopt: the peer itself.
[[nodiscard]] std::optional<std::string> real_address(
    const std::string& peer,
    const std::vector<std::string>& forwarded,
    const std::vector<Network>& trusted
);

} // namespace net
