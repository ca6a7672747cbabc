#include "common/net/client_filters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace net {

namespace {

std::string first_words(const Destination& destination, const HostPort& server) {
    base::ByteBuffer wire;
    client_filters(destination, server)->start(wire);
    return std::string(base::as_text(wire));
}

std::string host_line(std::uint16_t port, const std::string& host = "broker") {
    Destination destination;
    destination.websocket.emplace();
    const std::string request = first_words(destination, {host, port});
    const std::size_t begin = request.find("Host: ") + 6;
    return request.substr(begin, request.find('\r', begin) - begin);
}

TEST(ClientFilters, plain_MQTT_needs_none) {
    EXPECT_EQ(client_filters({}, {"broker", 1883}), nullptr);
}

TEST(ClientFilters, the_usual_port_is_left_out_of_the_field_Host) {
    EXPECT_EQ(host_line(8080), "broker:8080");
    EXPECT_EQ(host_line(80), "broker");
    EXPECT_EQ(host_line(80, "::1"), "[::1]");
    EXPECT_EQ(host_line(443), "broker:443") << "that is the usual one with TLS only";
}

TEST(ClientFilters, a_proxy_comes_first) {
    Destination destination;
    destination.websocket.emplace();
    destination.proxy.emplace();
    EXPECT_EQ(first_words(destination, {"broker", 80}), std::string("\5\1\0", 3));
}

TEST(ClientFilters, DNS_is_not_believed_about_whom_to_trust) {
    Destination destination;
    destination.host = "example.org";
    EXPECT_EQ(name_to_verify(destination, {"example.org", 1}), "example.org");
    destination.srv.emplace();
    EXPECT_EQ(name_to_verify(destination, {"mqtt1.Example.org", 1}), "mqtt1.Example.org");
    EXPECT_EQ(name_to_verify(destination, {"evil.test", 1}), "example.org");
    EXPECT_EQ(name_to_verify(destination, {"evilexample.org", 1}), "example.org");
    EXPECT_EQ(name_to_verify(destination, {"example.org", 1}), "example.org");
}

TEST(ClientFilters, destinations_have_names) {
    Destination destination;
    EXPECT_EQ(to_text(destination), "localhost:1883");
    destination.host = "::1";
    EXPECT_EQ(to_text(destination), "[::1]:1883");
    destination.host = "example.org";
    destination.srv.emplace();
    EXPECT_EQ(to_text(destination), "_mqtt._tcp.example.org");
    destination.unix_path = "/run/mqtt";
    EXPECT_EQ(to_text(destination), "/run/mqtt");
}

} // namespace

} // namespace net
