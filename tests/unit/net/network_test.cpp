#include "common/net/network.hpp"

#include <gtest/gtest.h>

namespace net {

namespace {

Network network(const char* text) {
    return Network::parse(text).value();
}

TEST(Network, contains_what_has_its_prefix) {
    EXPECT_TRUE(network("10.0.0.0/8").contains("10.255.1.2"));
    EXPECT_FALSE(network("10.0.0.0/8").contains("11.0.0.1"));
    EXPECT_TRUE(network("192.0.2.128/25").contains("192.0.2.200"));
    EXPECT_FALSE(network("192.0.2.128/25").contains("192.0.2.127"));
    EXPECT_TRUE(network("192.0.2.1").contains("192.0.2.1"));
    EXPECT_FALSE(network("192.0.2.1").contains("192.0.2.2"));
    EXPECT_TRUE(network("0.0.0.0/0").contains("203.0.113.9"));
    EXPECT_FALSE(network("0.0.0.0/0").contains("2001:db8::1"));
    EXPECT_TRUE(network("2001:db8::/33").contains("2001:db8:7fff::1"));
    EXPECT_FALSE(network("2001:db8::/33").contains("2001:db8:8000::1"));
    EXPECT_TRUE(network("::1").contains("::1"));
    EXPECT_TRUE(network("127.0.0.1").contains("::ffff:127.0.0.1"));
    EXPECT_FALSE(network("0.0.0.0/0").contains("unix"));
    EXPECT_TRUE(network("unix").contains("unix"));
    EXPECT_FALSE(network("unix").contains("127.0.0.1"));
}

TEST(Network, refuses_what_is_none) {
    for (const char* text :
         {"",
          "10.0.0",
          "10.0.0.0/33",
          "10.0.0.0/",
          "10.0.0.0/x",
          "10.0.0.0/8 ",
          "::/129",
          "host",
          "/8"}) {
        EXPECT_FALSE(Network::parse(text)) << text;
    }
}

TEST(ForwardedAddress, is_found_in_every_form) {
    EXPECT_EQ(forwarded_address("203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(forwarded_address("203.0.113.9:4711"), "203.0.113.9");
    EXPECT_EQ(forwarded_address("[2001:DB8:0::1]:47"), "2001:db8::1");
    EXPECT_EQ(forwarded_address("[2001:db8::1]"), "2001:db8::1");
    EXPECT_EQ(forwarded_address("2001:db8::1"), "2001:db8::1");
    for (const char* text : {"", "unknown", "_hidden", "[", "[]", "1.2.3", "1.2.3.4:5:6"})
        EXPECT_FALSE(forwarded_address(text)) << text;
}

TEST(RealAddress, is_the_last_that_a_trusted_one_says) {
    const std::vector<Network> trusted{network("127.0.0.1"), network("10.0.0.0/8")};
    using List = std::vector<std::string>;
    EXPECT_EQ(real_address("127.0.0.1", List{}, trusted), std::nullopt);
    EXPECT_EQ(real_address("127.0.0.1", List{"203.0.113.9"}, trusted), "203.0.113.9");
    EXPECT_EQ(real_address("192.0.2.1", List{"203.0.113.9"}, trusted), std::nullopt);
    // The client may have written the first one itself.
    EXPECT_EQ(
        real_address("127.0.0.1", List{"1.1.1.1", "203.0.113.9", "10.0.0.7"}, trusted),
        "203.0.113.9"
    );
    EXPECT_EQ(real_address("127.0.0.1", List{"203.0.113.9", "unknown"}, trusted), std::nullopt);
    EXPECT_EQ(real_address("127.0.0.1", List{"unknown", "10.0.0.7"}, trusted), "10.0.0.7");
    EXPECT_EQ(real_address("127.0.0.1", List{"203.0.113.9"}, {}), std::nullopt);
}

} // namespace

} // namespace net
