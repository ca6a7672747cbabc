#include "common/cli/error.hpp"
#include "tools/mqtt-certgen/check_target.hpp"

#include <gtest/gtest.h>

namespace {

using mqtt_certgen::CheckTarget;
using mqtt_certgen::parse_target;

void expect(const char* word, const char* host, int port, const char* path = "") {
    const CheckTarget target = parse_target(word);
    EXPECT_EQ(target.host, host) << word;
    EXPECT_EQ(target.port, port) << word;
    EXPECT_EQ(target.path, path) << word;
    EXPECT_EQ(target.websocket, *path != '\0') << word;
}

TEST(check_target, hosts_ports_and_urls_are_read) {
    expect("broker", "broker", 8883);
    expect("broker:1", "broker", 1);
    expect("mqtts://broker", "broker", 8883);
    expect("mqtts://broker:65535/", "broker", 65535);
    expect("[::1]", "::1", 8883);
    expect("[::1]:99", "::1", 99);
    expect("wss://broker", "broker", 443, "/");
    expect("wss://[::1]:9443/mqtt?x=1", "::1", 9443, "/mqtt?x=1");
    EXPECT_EQ(parse_target("[::1]:99").text(), "[::1]:99");
    EXPECT_EQ(parse_target("a").text(), "a:8883");
}

TEST(check_target, what_has_no_tls_or_no_host_is_refused) {
    for (const char* word :
         {"",
          ":1",
          "broker:",
          "broker:0",
          "broker:x",
          "mqtt://broker",
          "ws://broker",
          "https://broker",
          "mqtts://",
          "mqtts://a/b",
          "wss:///x",
          "[::1",
          "[::1]x",
          "a b",
          "a\r\nX:",
          "user@host",
          "wss://a/\r\nX: y"})
        EXPECT_THROW(static_cast<void>(parse_target(word)), cli::UsageError) << word;
}

} // namespace
