#include "tools/mqtt-certgen/websocket_client.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/base64.hpp"
#include "common/crypto/websocket_accept.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mqtt_certgen {

namespace {

constexpr std::uint8_t last_binary = 0x82;
constexpr std::uint8_t close = 0x88;
constexpr std::uint8_t masked = 0x80;
constexpr std::uint8_t two_bytes_follow = 126;
constexpr std::size_t short_header = 2;
constexpr std::size_t long_header = 4;
constexpr std::size_t mask_size = 4;
constexpr unsigned byte_bits = 8;

std::string lower(std::string_view text) {
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return copy;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

/// name: in lower case. Empty when there is no such header.
std::string_view header_of(std::string_view head, std::string_view name) {
    std::size_t begin = head.find('\n');
    while (begin != std::string_view::npos) {
        const std::string_view rest = head.substr(begin + 1);
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && lower(line.substr(0, colon)) == name)
            return trimmed(line.substr(colon + 1));
        begin = end == std::string_view::npos ? end : begin + 1 + end;
    }
    return {};
}

} // namespace

std::string websocket_key(base::Entropy& entropy) {
    std::array<std::uint8_t, 16> bytes{};
    entropy.fill(bytes);
    return crypto::to_base64(bytes, crypto::Padding::with);
}

std::string
upgrade_request(const std::string& host, const std::string& path, const std::string& key) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host +
           "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key +
           "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
}

std::string problem_of_upgrade(std::string_view head, const std::string& key) {
    const std::string_view status = trimmed(head.substr(0, head.find('\n')));
    if (!status.starts_with("HTTP/1.1 101"))
        return "the server does not open a WebSocket here (got " + base::in_quotes(status) + ")";
    if (header_of(head, "sec-websocket-accept") != crypto::websocket_accept(key))
        return "the server's answer to the upgrade is wrong (Sec-WebSocket-Accept)";
    const std::string protocol = lower(header_of(head, "sec-websocket-protocol"));
    if (protocol == "mqtt") return {};
    return "the WebSocket is not for MQTT (Sec-WebSocket-Protocol is " + base::in_quotes(protocol) +
           ")";
}

base::ByteBuffer to_frame(base::Bytes message, base::Entropy& entropy) {
    base::ByteBuffer frame{last_binary};
    if (message.size() < two_bytes_follow) {
        frame.push_back(static_cast<std::uint8_t>(masked | message.size()));
    } else {
        frame.push_back(masked | two_bytes_follow);
        frame.push_back(static_cast<std::uint8_t>(message.size() >> byte_bits));
        frame.push_back(static_cast<std::uint8_t>(message.size()));
    }
    std::array<std::uint8_t, mask_size> mask{};
    entropy.fill(mask);
    base::append(frame, mask);
    for (std::size_t i = 0; i < message.size(); ++i)
        frame.push_back(static_cast<std::uint8_t>(message[i] ^ mask[i % mask_size]));
    return frame;
}

FrameText from_frame(base::Bytes input) {
    if (input.size() < short_header) return {};
    if (input[0] != last_binary) {
        return {
            .size = short_header,
            .message = {},
            .problem = input[0] == close ? "the server has closed the WebSocket"
                                         : "the server has sent no binary message"};
    }
    std::size_t header = short_header;
    std::size_t size = input[1];
    if (size == two_bytes_follow) {
        header = long_header;
        if (input.size() < header) return {};
        size = static_cast<std::size_t>(input[2]) << byte_bits | input[3];
    } else if (size > two_bytes_follow) {
        return {.size = header, .message = {}, .problem = "the server's message is too large"};
    }
    if (input.size() < header + size) return {};
    return {.size = header + size, .message = input.subspan(header, size), .problem = {}};
}

} // namespace mqtt_certgen
