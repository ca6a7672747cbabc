#include "common/net/proxy_header.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace net {
namespace {

ProxyHeader invalid(const char* error) {
    ProxyHeader header;
    header.status = ProxyStatus::invalid;
    header.error = error;
    return header;
}

ProxyHeader complete(std::size_t size, std::optional<ProxySource> source = std::nullopt) {
    ProxyHeader header;
    header.status = ProxyStatus::complete;
    header.size = size;
    header.source = std::move(source);
    return header;
}

bool starts_like(base::Bytes received, std::string_view expected) {
    const std::size_t size = std::min(received.size(), expected.size());
    return base::as_text(received.first(size)) == expected.substr(0, size);
}

// Version 1: one line of text, "PROXY TCP4 source destination source-port destination-port\r\n".

/// The text up to the next single space; the rest stays in line. Empty when there is none.
std::string_view take_field(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return field;
}

bool is_address(int family, std::string_view text) {
    std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
    return text.find('\0') == std::string_view::npos &&
           ::inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool leading_zero = text.size() > 1 && text.front() == '0';
    if (error != std::errc() || end != text.data() + text.size() || leading_zero) {
        return std::nullopt;
    }
    return port;
}

/// line: what stands between "PROXY " and the line end.
ProxyHeader parse_v1_line(std::string_view line, std::size_t size) {
    const std::string_view protocol = take_field(line);
    if (protocol == "UNKNOWN") {
        return complete(size);
    }
    if (protocol != "TCP4" && protocol != "TCP6") {
        return invalid("the protocol is not TCP4, TCP6 or UNKNOWN");
    }
    const int family = protocol == "TCP4" ? AF_INET : AF_INET6;
    const std::string_view source = take_field(line);
    const std::string_view destination = take_field(line);
    if (!is_address(family, source) || !is_address(family, destination)) {
        return invalid("an address is not of the protocol's family");
    }
    const auto source_port = parse_port(take_field(line));
    const auto destination_port = parse_port(line);
    if (!source_port || !destination_port) {
        return invalid("a port is not a number from 0 to 65535");
    }
    return complete(size, ProxySource{std::string(source), *source_port});
}

ProxyHeader parse_v1(base::Bytes received) {
    constexpr std::string_view prefix = "PROXY ";
    if (!starts_like(received, prefix)) {
        return invalid("does not start with \"PROXY \"");
    }
    const std::string_view text =
        base::as_text(received.first(std::min(received.size(), max_proxy_v1_size)));
    const std::size_t end = text.find("\r\n");
    if (end != std::string_view::npos) {
        return parse_v1_line(text.substr(prefix.size(), end - prefix.size()), end + 2);
    }
    if (text.size() == max_proxy_v1_size) {
        return invalid("the line is longer than 107 bytes");
    }
    return {};
}

// Version 2: a signature, one byte of version and command, one of family and transport, the length
// of the rest (two bytes), the addresses, then type-length-value fields.

constexpr std::string_view v2_signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t v2_fixed_size = 16;
constexpr std::uint8_t v2_local = 0x20;
constexpr std::uint8_t v2_proxy = 0x21;
constexpr std::uint8_t v2_unspecified = 0x00;
constexpr std::uint8_t v2_tcp4 = 0x11;
constexpr std::uint8_t v2_tcp6 = 0x21;
constexpr std::uint8_t v2_unix_stream = 0x31;

std::size_t number_at(base::Bytes bytes, std::size_t offset) {
    return std::size_t{bytes[offset]} << 8U | bytes[offset + 1];
}

/// The bytes of both addresses and ports; nullopt: a family or transport we cannot have.
std::optional<std::size_t> address_block_size(std::uint8_t family) {
    switch (family) {
    case v2_unspecified:
        return 0;
    case v2_tcp4:
        return 2 * (4 + 2);
    case v2_tcp6:
        return 2 * (16 + 2);
    case v2_unix_stream:
        return 2 * 108;
    default:
        return std::nullopt;
    }
}

std::optional<ProxySource> source_of(std::uint8_t family, base::Bytes block) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    switch (family) {
    case v2_tcp4:
        ::inet_ntop(AF_INET, block.data(), text.data(), text.size());
        return ProxySource{text.data(), static_cast<std::uint16_t>(number_at(block, 8))};
    case v2_tcp6:
        ::inet_ntop(AF_INET6, block.data(), text.data(), text.size());
        return ProxySource{text.data(), static_cast<std::uint16_t>(number_at(block, 32))};
    case v2_unix_stream: {
        const std::string_view path = base::as_text(block.first(108));
        return ProxySource{std::string(path.substr(0, path.find('\0'))), 0};
    }
    default:
        return std::nullopt;
    }
}

bool fields_are_well_formed(base::Bytes fields) {
    while (!fields.empty()) {
        if (fields.size() < 3 || fields.size() - 3 < number_at(fields, 1)) {
            return false;
        }
        fields = fields.subspan(3 + number_at(fields, 1));
    }
    return true;
}

/// What the field of TLS says: its first byte has a bit for a client that has used it.
bool tells_of_tls(base::Bytes fields) {
    constexpr std::uint8_t type_tls = 0x20;
    constexpr std::uint8_t client_used_tls = 0x01;
    while (!fields.empty()) {
        const std::size_t size = number_at(fields, 1);
        if (fields[0] == type_tls && size >= 1) return (fields[3] & client_used_tls) != 0;
        fields = fields.subspan(3 + size);
    }
    return false;
}

ProxyHeader parse_v2_body(base::Bytes header) {
    const std::uint8_t family = header[13];
    const base::Bytes body = header.subspan(v2_fixed_size);
    if (header[12] == v2_local) {
        return complete(header.size()); // the rest has no meaning then
    }
    const auto block_size = address_block_size(family);
    if (!block_size) {
        return invalid("the address family or transport is not one of a stream");
    }
    if (body.size() < *block_size) {
        return invalid("shorter than the addresses of its family");
    }
    // Fields of an unspecified family are skipped unread, as the protocol asks for.
    if (family == v2_unspecified) return complete(header.size());
    const base::Bytes fields = body.subspan(*block_size);
    if (!fields_are_well_formed(fields)) {
        return invalid("a field runs over the end of the header");
    }
    ProxyHeader read = complete(header.size(), source_of(family, body.first(*block_size)));
    read.used_tls = tells_of_tls(fields);
    return read;
}

ProxyHeader parse_v2(base::Bytes received) {
    if (!starts_like(received, v2_signature)) {
        return invalid("does not start with the signature of version 2");
    }
    if (received.size() > 12 && received[12] != v2_local && received[12] != v2_proxy) {
        return invalid("the version is not 2 or the command unknown");
    }
    if (received.size() < v2_fixed_size) {
        return {};
    }
    const std::size_t size = v2_fixed_size + number_at(received, 14);
    if (size > max_proxy_v2_size) {
        return invalid("longer than 536 bytes");
    }
    return received.size() < size ? ProxyHeader{} : parse_v2_body(received.first(size));
}

} // namespace

ProxyHeader parse_proxy_header(base::Bytes received, ProxyVersion version) {
    return version == ProxyVersion::v1 ? parse_v1(received) : parse_v2(received);
}

} // namespace net
