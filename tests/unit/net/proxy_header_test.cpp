#include "common/net/proxy_header.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using net::ProxyHeader;
using net::ProxyStatus;
using net::ProxyVersion;

ProxyHeader parse_v1(const std::string& text) {
    return net::parse_proxy_header(base::as_bytes(text), ProxyVersion::v1);
}

ProxyHeader parse_v2(const std::string& text) {
    return net::parse_proxy_header(base::as_bytes(text), ProxyVersion::v2);
}

// A version 2 header: command and family as bytes, then the body with its length in front.
std::string v2(char command, char family, const std::string& body) {
    std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
    header += command;
    header += family;
    header += static_cast<char>(body.size() >> 8U);
    header += static_cast<char>(body.size() & 0xFFU);
    return header + body;
}

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) {
        text += static_cast<char>(value);
    }
    return text;
}

const std::string tcp4_block = bytes({192, 0, 2, 7, 10, 0, 0, 1, 0xC0, 0x01, 0x07, 0x5B});

// Every proper prefix of a valid header asks for more; the whole is complete and leaves what
// follows.
void expect_incremental(const std::string& header, ProxyVersion version) {
    for (std::size_t size = 0; size < header.size(); ++size) {
        const auto result =
            net::parse_proxy_header(base::as_bytes(header.substr(0, size)), version);
        EXPECT_EQ(result.status, ProxyStatus::incomplete) << "with " << size << " bytes";
    }
    const std::string with_rest = header + "\x10\x0c";
    const auto result = net::parse_proxy_header(base::as_bytes(with_rest), version);
    EXPECT_EQ(result.status, ProxyStatus::complete);
    EXPECT_EQ(result.size, header.size());
}

TEST(ProxyV1, tells_the_source_of_an_ipv4_connection) {
    const auto result = parse_v1("PROXY TCP4 192.0.2.7 10.0.0.1 49153 1883\r\nrest");
    ASSERT_EQ(result.status, ProxyStatus::complete) << result.error;
    EXPECT_EQ(result.size, 42U);
    ASSERT_TRUE(result.source.has_value());
    EXPECT_EQ(result.source->address, "192.0.2.7");
    EXPECT_EQ(result.source->port, 49153);
}

TEST(ProxyV1, tells_the_source_of_an_ipv6_connection) {
    const auto result = parse_v1("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n");
    ASSERT_EQ(result.status, ProxyStatus::complete) << result.error;
    EXPECT_EQ(result.source->address, "2001:db8::7");
    EXPECT_EQ(result.source->port, 65535);
}

TEST(ProxyV1, unknown_keeps_the_address_of_the_socket) {
    for (const std::string line : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 any thing\r\n"}) {
        const auto result = parse_v1(line);
        EXPECT_EQ(result.status, ProxyStatus::complete);
        EXPECT_EQ(result.size, line.size());
        EXPECT_FALSE(result.source.has_value());
    }
}

TEST(ProxyV1, takes_its_bytes_one_by_one) {
    expect_incremental("PROXY TCP4 192.0.2.7 10.0.0.1 49153 1883\r\n", ProxyVersion::v1);
}

TEST(ProxyV1, the_longest_line_is_accepted_and_one_byte_more_is_not) {
    const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
    ASSERT_EQ(longest.size(), net::max_proxy_v1_size);
    EXPECT_EQ(parse_v1(longest).status, ProxyStatus::complete);
    const std::string longer = "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n";
    EXPECT_EQ(parse_v1(longer).status, ProxyStatus::invalid);
    EXPECT_EQ(parse_v1(longer.substr(0, net::max_proxy_v1_size)).status, ProxyStatus::invalid);
}

TEST(ProxyV1, refuses_malformed_lines) {
    const std::vector<std::string> lines = {
        "GET / HTTP/1.1\r\n",
        "PROXY\r\n",
        "proxy TCP4 192.0.2.7 10.0.0.1 1 2\r\n",
        "PROXY \r\n",
        "PROXY UDP4 192.0.2.7 10.0.0.1 1 2\r\n",
        "PROXY TCP4\r\n",
        "PROXY TCP4 192.0.2.7\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1 \r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1 2 3\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1 2 \r\n",
        "PROXY TCP4  192.0.2.7 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.256 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.7 example.org 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n",
        "PROXY TCP6 192.0.2.7 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 65536 2\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 -1 2\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 +1 2\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 01 2\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 0x1 2\r\n",
        "PROXY TCP4 192.0.2.7 10.0.0.1 1 2\n\r\n",
        std::string("PROXY TCP4 192.0.2.7\0 10.0.0.1 1 2\r\n", 37),
    };
    for (const std::string& line : lines) {
        const auto result = parse_v1(line);
        EXPECT_EQ(result.status, ProxyStatus::invalid) << line;
        EXPECT_STRNE(result.error, "") << line;
    }
}

TEST(ProxyV1, is_invalid_at_the_first_wrong_byte) {
    EXPECT_EQ(parse_v1("\x10").status, ProxyStatus::invalid);
    EXPECT_EQ(parse_v1("PROXZ").status, ProxyStatus::invalid);
}

TEST(ProxyV2, tells_the_source_of_an_ipv4_connection) {
    const auto result = parse_v2(v2(0x21, 0x11, tcp4_block));
    ASSERT_EQ(result.status, ProxyStatus::complete) << result.error;
    EXPECT_EQ(result.size, 28U);
    ASSERT_TRUE(result.source.has_value());
    EXPECT_EQ(result.source->address, "192.0.2.7");
    EXPECT_EQ(result.source->port, 0xC001);
}

TEST(ProxyV2, tells_the_source_of_an_ipv6_connection) {
    std::string block = bytes({0x20, 0x01, 0x0D, 0xB8}) + std::string(11, '\0') + '\x07';
    block += std::string(15, '\0') + '\x01' + bytes({0x12, 0x34, 0x07, 0x5B});
    const auto result = parse_v2(v2(0x21, 0x21, block));
    ASSERT_EQ(result.status, ProxyStatus::complete) << result.error;
    EXPECT_EQ(result.source->address, "2001:db8::7");
    EXPECT_EQ(result.source->port, 0x1234);
}

TEST(ProxyV2, tells_the_path_of_a_unix_socket) {
    std::string block = "/run/proxy.sock";
    block.resize(216);
    const auto result = parse_v2(v2(0x21, 0x31, block));
    ASSERT_EQ(result.status, ProxyStatus::complete) << result.error;
    EXPECT_EQ(result.source->address, "/run/proxy.sock");
    EXPECT_EQ(result.source->port, 0);
}

TEST(ProxyV2, a_unix_path_without_end_stops_at_its_field) {
    const auto result = parse_v2(v2(0x21, 0x31, std::string(108, 'a') + std::string(108, 'b')));
    ASSERT_EQ(result.status, ProxyStatus::complete);
    EXPECT_EQ(result.source->address, std::string(108, 'a'));
}

TEST(ProxyV2, local_and_unspecified_keep_the_address_of_the_socket) {
    for (const std::string& header :
         {v2(0x20, 0x00, ""),
          v2(0x20, 0x11, tcp4_block),
          v2(0x20, 0x7F, "junk"),
          v2(0x21, 0x00, ""),
          v2(0x21, 0x00, "ignored")}) {
        const auto result = parse_v2(header);
        EXPECT_EQ(result.status, ProxyStatus::complete) << result.error;
        EXPECT_EQ(result.size, header.size());
        EXPECT_FALSE(result.source.has_value());
    }
}

TEST(ProxyV2, takes_its_bytes_one_by_one) {
    expect_incremental(v2(0x21, 0x11, tcp4_block + bytes({4, 0, 2, 0, 0})), ProxyVersion::v2);
    expect_incremental(v2(0x20, 0x00, ""), ProxyVersion::v2);
}

TEST(ProxyV2, skips_well_formed_fields_after_the_addresses) {
    const std::string fields = bytes({0x03, 0, 4, 1, 2, 3, 4, 0x04, 0, 0});
    const auto result = parse_v2(v2(0x21, 0x11, tcp4_block + fields));
    EXPECT_EQ(result.status, ProxyStatus::complete) << result.error;
    EXPECT_EQ(result.size, 38U);
}

TEST(ProxyV2, tells_whether_the_client_used_tls) {
    const auto used_tls = [](const std::string& fields) {
        const auto result = parse_v2(v2(0x21, 0x11, tcp4_block + fields));
        EXPECT_EQ(result.status, ProxyStatus::complete) << result.error;
        return result.used_tls;
    };
    const std::string version = bytes({0x21, 0, 7}) + "TLSv1.3";
    EXPECT_TRUE(used_tls(bytes({0x20, 0, 5, 0x01, 0, 0, 0, 0})));
    EXPECT_TRUE(used_tls(bytes({0x04, 0, 0, 0x20, 0, 15, 0x07, 0, 0, 0, 0}) + version));
    EXPECT_FALSE(used_tls(bytes({0x20, 0, 5, 0x06, 0, 0, 0, 0})));
    EXPECT_FALSE(used_tls(bytes({0x20, 0, 0})));
    EXPECT_FALSE(used_tls(bytes({0x03, 0, 4, 0x20, 0, 5, 0x01})));
    EXPECT_FALSE(used_tls(""));
}

TEST(ProxyV2, the_longest_header_is_accepted_and_one_byte_more_is_not) {
    const std::size_t room = net::max_proxy_v2_size - 16 - tcp4_block.size() - 3;
    const auto padded = [](std::size_t size) {
        std::string field =
            bytes({0x04, static_cast<int>(size >> 8U), static_cast<int>(size & 0xFFU)});
        return v2(0x21, 0x11, tcp4_block + field + std::string(size, '\0'));
    };
    ASSERT_EQ(padded(room).size(), net::max_proxy_v2_size);
    EXPECT_EQ(parse_v2(padded(room)).status, ProxyStatus::complete);
    EXPECT_EQ(parse_v2(padded(room + 1)).status, ProxyStatus::invalid);
    EXPECT_EQ(parse_v2(padded(room + 1).substr(0, 16)).status, ProxyStatus::invalid);
}

TEST(ProxyV2, refuses_malformed_headers) {
    const std::vector<std::string> headers = {
        "PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n",
        bytes({0x10, 0x0C}),
        std::string("\r\n\r\n\0\r\nQUIT\r", 12),
        v2(0x11, 0x11, tcp4_block),
        v2(0x31, 0x11, tcp4_block),
        v2(0x22, 0x11, tcp4_block),
        v2(0x2F, 0x11, tcp4_block),
        v2(0x21, 0x12, tcp4_block),
        v2(0x21, 0x10, tcp4_block),
        v2(0x21, 0x41, tcp4_block),
        v2(0x21, 0x11, tcp4_block.substr(0, 11)),
        v2(0x21, 0x21, tcp4_block),
        v2(0x21, 0x31, std::string(215, 'a')),
        v2(0x21, 0x11, ""),
        v2(0x21, 0x11, tcp4_block + bytes({4})),
        v2(0x21, 0x11, tcp4_block + bytes({4, 0})),
        v2(0x21, 0x11, tcp4_block + bytes({4, 0, 1})),
        v2(0x21, 0x11, tcp4_block + bytes({4, 0xFF, 0xFF, 0})),
    };
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto result = parse_v2(headers[i]);
        EXPECT_EQ(result.status, ProxyStatus::invalid) << "header " << i;
        EXPECT_STRNE(result.error, "") << "header " << i;
    }
}

} // namespace
