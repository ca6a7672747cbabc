#include "common/net/socks_filter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace net {

namespace {

using base::ByteBuffer;
using base::Bytes;
using base::TransportTrouble;
using State = base::ByteFilter::State;

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values)
        text += static_cast<char>(value);
    return text;
}

const std::string no_login = bytes({5, 0});
const std::string wants_login = bytes({5, 2});
const std::string connected = bytes({5, 0, 0, 1, 10, 0, 0, 1, 0x12, 0x34});

class SocksFilterTest : public testing::TestWithParam<bool> {
protected:
    SocksFilter& make(const HostPort& server, bool with_login = false) {
        SocksProxy proxy;
        if (with_login) {
            proxy.user_name = "me";
            proxy.password = "secret";
        }
        filter.emplace(proxy, server);
        filter->start(wire);
        return *filter;
    }

    void feed(const std::string& input) {
        const Bytes all = base::as_bytes(input);
        if (!GetParam()) return filter->receive(all, plain, wire);
        for (std::size_t i = 0; i < all.size(); ++i)
            filter->receive(all.subspan(i, 1), plain, wire);
    }

    /// What has gone out since the last call.
    std::string sent() { return std::string(base::as_text(std::exchange(wire, {}))); }

    std::string error_after(const std::string& input) {
        feed(input);
        EXPECT_EQ(filter->state(), State::failed);
        return filter->error();
    }

    std::optional<SocksFilter> filter;
    ByteBuffer plain;
    ByteBuffer wire;
};

INSTANTIATE_TEST_SUITE_P(Feeding, SocksFilterTest, testing::Bool(), [](const auto& one) {
    return one.param ? "byte_by_byte" : "at_once";
});

TEST_P(SocksFilterTest, the_proxy_looks_up_the_name) {
    make({"broker.example", 1883});
    EXPECT_EQ(sent(), bytes({5, 1, 0}));
    feed(no_login);
    EXPECT_EQ(sent(), bytes({5, 1, 0, 3, 14}) + "broker.example" + bytes({0x07, 0x5B}));
    EXPECT_EQ(filter->state(), State::opening);
    feed(connected);
    EXPECT_EQ(filter->state(), State::open);
    EXPECT_TRUE(plain.empty());
    EXPECT_STREQ(filter->opening_name(), "proxy handshake");
}

TEST_P(SocksFilterTest, addresses_go_as_addresses) {
    make({"192.0.2.1", 1});
    static_cast<void>(sent());
    feed(no_login);
    EXPECT_EQ(sent(), bytes({5, 1, 0, 1, 192, 0, 2, 1, 0, 1}));
    make({"::1", 256});
    static_cast<void>(sent());
    feed(no_login);
    EXPECT_EQ(sent(), bytes({5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0}));
}

TEST_P(SocksFilterTest, what_follows_the_reply_is_for_the_layer_above) {
    for (const std::string& reply :
         {connected,
          bytes({5, 0, 0, 3, 4}) + "host" + bytes({0, 1}),
          bytes({5, 0, 0, 3, 0}) + bytes({0, 1}),
          bytes({5, 0, 0, 4}) + std::string(18, 'x')}) {
        make({"b", 1});
        plain.clear();
        feed(no_login + reply + "plain");
        EXPECT_EQ(filter->state(), State::open);
        EXPECT_EQ(base::as_text(plain), "plain");
    }
    static_cast<void>(sent());
    filter->send(base::as_bytes("abc"), wire);
    EXPECT_EQ(sent(), "abc");
}

TEST_P(SocksFilterTest, a_login_is_offered_and_used_when_asked_for) {
    make({"b", 1}, true);
    EXPECT_EQ(sent(), bytes({5, 2, 0, 2}));
    feed(wants_login);
    EXPECT_EQ(sent(), bytes({1, 2}) + "me" + bytes({6}) + "secret");
    feed(bytes({1, 0}));
    EXPECT_EQ(sent(), bytes({5, 1, 0, 3, 1}) + "b" + bytes({0, 1}));
    feed(connected);
    EXPECT_EQ(filter->state(), State::open);
    make({"b", 1}, true);
    static_cast<void>(sent());
    feed(no_login);
    EXPECT_EQ(sent(), bytes({5, 1, 0, 3, 1}) + "b" + bytes({0, 1})) << "nobody asked";
}

TEST_P(SocksFilterTest, every_failure_reply_has_words) {
    const std::vector<std::string> words{
        "general failure",
        "its rules do not allow it",
        "network unreachable",
        "host unreachable",
        "connection refused",
        "the time to live has expired",
        "it does not support CONNECT",
        "it does not support this kind of address",
        "code 9"};
    for (int code = 1; code <= 9; ++code) {
        make({"broker", 1883});
        EXPECT_EQ(
            error_after(no_login + bytes({5, code, 0, 1, 0, 0, 0, 0, 0, 0})),
            "the proxy could not connect to broker:1883: " +
                words[static_cast<std::size_t>(code) - 1]
        );
        EXPECT_EQ(filter->trouble(), TransportTrouble::proxy_refused);
    }
}

TEST_P(SocksFilterTest, logins_can_fail) {
    make({"b", 1});
    EXPECT_EQ(error_after(bytes({5, 255})), "the proxy wants a user name and password");
    EXPECT_EQ(filter->trouble(), TransportTrouble::proxy_login);
    make({"b", 1}, true);
    EXPECT_EQ(error_after(bytes({5, 255})), "the proxy takes no user name and password");
    make({"b", 1}, true);
    EXPECT_EQ(
        error_after(wants_login + bytes({1, 1})), "the proxy refused the user name or the password"
    );
    EXPECT_EQ(filter->trouble(), TransportTrouble::proxy_login);
    make({"b", 1});
    EXPECT_EQ(error_after(wants_login), "the proxy asks for a way to log in that was not offered");
}

TEST_P(SocksFilterTest, what_is_no_proxy_is_recognized) {
    make({"b", 1});
    EXPECT_EQ(error_after("HTTP/1.1 400"), "the proxy speaks HTTP, not SOCKS5");
    make({"b", 1});
    EXPECT_EQ(error_after(bytes({0, 91})), "the proxy speaks SOCKS4, not SOCKS5");
    make({"b", 1});
    EXPECT_EQ(error_after("SSH-2.0-x"), "what answers is no SOCKS5 proxy");
    make({"b", 1});
    EXPECT_EQ(error_after(no_login + bytes({4, 0, 0, 1, 0})), "what answers is no SOCKS5 proxy");
    make({"b", 1});
    EXPECT_EQ(
        error_after(no_login + bytes({5, 0, 0, 2, 0})), "the answer of the proxy makes no sense"
    );
    EXPECT_EQ(filter->trouble(), TransportTrouble::no_proxy);
}

} // namespace

} // namespace net
