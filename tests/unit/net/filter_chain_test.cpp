#include "common/net/filter_chain.hpp"
#include "common/net/proxy_filter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace net {

namespace {

using base::ByteBuffer;
using base::Bytes;
using State = base::ByteFilter::State;

/// Opens at '>', which it answers with '<'; adds one to every byte downwards and takes it off
/// upwards; ends at '.' and fails at '!'.
class ShiftFilter final : public base::ByteFilter {
public:
    void receive(Bytes input, ByteBuffer& plain, ByteBuffer& wire) override {
        for (const std::uint8_t byte : input) {
            if (state() == State::opening) {
                wire.push_back('<');
                set_state(State::open);
            } else if (byte == '.') {
                set_state(State::ended);
            } else if (byte == '!') {
                wire.push_back('?');
                fail("an exclamation mark");
            } else {
                plain.push_back(static_cast<std::uint8_t>(byte - 1));
            }
        }
    }

    void send(Bytes plain, ByteBuffer& wire) override {
        for (const std::uint8_t byte : plain)
            wire.push_back(static_cast<std::uint8_t>(byte + 1));
    }

    void close(ByteBuffer& wire) override { wire.push_back('.'); }

    void ping(ByteBuffer& wire) override { wire.push_back('p'); }

    [[nodiscard]] const char* opening_name() const override { return "shift"; }
};

class FilterChainTest : public testing::Test {
protected:
    FilterChainTest() {
        chain.add(std::make_unique<ProxyFilter>(ProxyVersion::v1));
        chain.add(std::make_unique<ShiftFilter>());
        chain.add(std::make_unique<ShiftFilter>());
    }

    std::string receive(std::string_view input) {
        plain.clear();
        wire.clear();
        chain.receive(base::as_bytes(input), plain, wire);
        return std::string(base::as_text(plain));
    }

    [[nodiscard]] std::string written() const { return std::string(base::as_text(wire)); }

    FilterChain chain;
    ByteBuffer plain;
    ByteBuffer wire;
};

TEST_F(FilterChainTest, opens_from_the_wire_upwards) {
    EXPECT_STREQ(chain.opening_name(), "PROXY header");
    receive("PROXY UNKNOWN\r\n");
    EXPECT_STREQ(chain.opening_name(), "shift");
    receive(">");
    EXPECT_EQ(written(), "<");
    EXPECT_EQ(chain.state(), State::opening);
    receive(">");
    EXPECT_EQ(written(), "=") << "the answer of the upper one goes through the lower one";
    EXPECT_EQ(chain.state(), State::open);
    EXPECT_EQ(receive("ce"), "ac");
    chain.send(base::as_bytes("ac"), wire);
    EXPECT_EQ(written(), "ce");
    wire.clear();
    chain.ping(wire);
    EXPECT_EQ(written(), "q");
}

TEST_F(FilterChainTest, takes_everything_at_once_as_well) {
    EXPECT_EQ(receive("PROXY UNKNOWN\r\n>>ce"), "ac");
    EXPECT_EQ(written(), "<=");
}

TEST_F(FilterChainTest, the_end_and_the_failure_of_one_are_those_of_all) {
    receive("PROXY UNKNOWN\r\n>>");
    EXPECT_EQ(receive("ce."), "ac");
    EXPECT_EQ(chain.state(), State::ended);
    EXPECT_EQ(receive("ce"), "");
}

TEST_F(FilterChainTest, the_last_words_of_a_failed_one_go_out) {
    receive("PROXY UNKNOWN\r\n>>");
    receive("\""); // the upper one sees an exclamation mark
    EXPECT_EQ(chain.state(), State::failed);
    EXPECT_EQ(chain.error(), "an exclamation mark");
    EXPECT_EQ(written(), "@");
}

TEST_F(FilterChainTest, closing_goes_from_the_top_downwards) {
    receive("PROXY UNKNOWN\r\n>>");
    wire.clear();
    chain.close(wire);
    EXPECT_EQ(written(), "/.");
}

TEST(ProxyFilter, tells_who_connected_and_lets_the_rest_pass) {
    for (const bool byte_by_byte : {false, true}) {
        ProxyFilter filter(ProxyVersion::v1);
        const Bytes input = base::as_bytes("PROXY TCP4 203.0.113.9 192.0.2.1 4711 1883\r\nhello");
        ByteBuffer plain;
        ByteBuffer wire;
        const std::size_t step = byte_by_byte ? 1 : input.size();
        for (std::size_t at = 0; at < input.size(); at += step)
            filter.receive(input.subspan(at, step), plain, wire);
        EXPECT_EQ(filter.state(), State::open);
        EXPECT_EQ(base::as_text(plain), "hello");
        ASSERT_TRUE(filter.source());
        EXPECT_EQ(filter.source()->address, "203.0.113.9");
        EXPECT_EQ(filter.source()->port, 4711);
    }
}

TEST(ProxyFilter, refuses_what_is_no_header) {
    ProxyFilter filter(ProxyVersion::v2);
    ByteBuffer plain;
    ByteBuffer wire;
    filter.receive(base::as_bytes("\x10\x0C"), plain, wire);
    EXPECT_EQ(filter.state(), State::failed);
    EXPECT_TRUE(filter.error().starts_with("no valid PROXY protocol header"));
    EXPECT_TRUE(plain.empty());
}

TEST(ProxyFilter, many_bytes_after_the_header_are_all_passed_on) {
    ProxyFilter filter(ProxyVersion::v1);
    ByteBuffer input;
    base::append(input, base::as_bytes("PROXY UNKNOWN\r\n"));
    const std::size_t header = input.size();
    input.resize(header + 10'000, 'x');
    ByteBuffer plain;
    ByteBuffer wire;
    filter.receive(input, plain, wire);
    EXPECT_EQ(plain.size(), 10'000U);
}

} // namespace

} // namespace net
