#include "common/crypto/tls/tls13_records.hpp"
#include "tests/support/tls13_sealer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace crypto {

namespace {

using base::ByteBuffer;
using base::Bytes;
using State = Tls13Records::State;
using support::seal;

constexpr std::array<std::uint16_t, 3> all_suites{0x1301, 0x1302, 0x1303};
constexpr std::uint8_t alert = 21;
constexpr std::uint8_t handshake = 22;
constexpr std::uint8_t data = 23;

ByteBuffer from_hex(const std::string& digits) {
    ByteBuffer bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    return bytes;
}

ByteBuffer secret(std::uint16_t suite, std::uint8_t fill) {
    return ByteBuffer(suite == 0x1302 ? 48 : 32, fill);
}

std::unique_ptr<Tls13Keys> keys(std::uint16_t suite, std::uint8_t fill) {
    return std::make_unique<Tls13Keys>(*tls13_suite(suite), secret(suite, fill), 0);
}

/// A server, and a client's keys; 1 protects what the client says, 2 what the server says.
struct Talk {
    explicit Talk(std::uint16_t suite = 0x1301)
        : server(keys(suite, 1), keys(suite, 2))
        , client(keys(suite, 1))
        , listener(keys(suite, 2), keys(suite, 1)) {}

    void give(const ByteBuffer& bytes, std::size_t step = 1'000'000) {
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            ByteBuffer out;
            server.receive(Bytes(bytes).subspan(at, std::min(step, bytes.size() - at)), out, wire);
            plain += base::as_text(out);
        }
    }

    /// What the server has said since; its alerts end up in the listener's state.
    std::string heard() {
        ByteBuffer out;
        ByteBuffer ignored;
        listener.receive(std::exchange(wire, {}), out, ignored);
        return std::string(base::as_text(out));
    }

    /// What became of the server after this record.
    std::string end_after(const ByteBuffer& record) {
        give(record);
        EXPECT_EQ(heard(), "");
        EXPECT_EQ(plain, "");
        return server.error() + " / " + listener.error();
    }

    Tls13Records server;
    std::unique_ptr<Tls13Keys> client;
    Tls13Records listener; ///< the client's side for what the server says
    ByteBuffer wire;
    std::string plain;
};

} // namespace

// The example of RFC 8448, section 3: the server's keys, and its record with the number 1.
TEST(Tls13Records, are_those_of_the_rfc) {
    const ByteBuffer traffic =
        from_hex("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
    Tls13Keys writing(*tls13_suite(0x1301), traffic, 1);
    EXPECT_EQ(
        ByteBuffer(writing.key(), writing.key() + 16), from_hex("9f02283b6c9c07efc26bb9f2ac92e356")
    );
    ByteBuffer content(50);
    for (std::size_t i = 0; i < content.size(); ++i)
        content[i] = static_cast<std::uint8_t>(i);
    Tls13Records records(
        keys(0x1301, 1), std::make_unique<Tls13Keys>(*tls13_suite(0x1301), traffic, 1)
    );
    ByteBuffer wire;
    records.send(content, wire);
    EXPECT_EQ(
        wire,
        from_hex("17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d"
                 "90e6dffc602dcb501a59a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d")
    );
}

TEST(Tls13Records, bytes_go_both_ways_with_every_suite_however_they_are_cut) {
    for (const std::uint16_t suite : all_suites) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1'000'000}}) {
            Talk talk(suite);
            ByteBuffer bytes = seal(*talk.client, data, "hello ");
            base::append(bytes, seal(*talk.client, data, "", 100));
            base::append(bytes, seal(*talk.client, data, "world", 3));
            talk.give(bytes, step);
            EXPECT_EQ(talk.plain, "hello world");
            const std::string large(40'000, 'x');
            talk.server.send(base::as_bytes(large), talk.wire);
            EXPECT_EQ(talk.heard(), large);
        }
    }
}

TEST(Tls13Records, the_largest_record_is_taken_and_one_byte_more_is_not) {
    Talk talk;
    const std::string largest(16'384, 'x');
    talk.give(seal(*talk.client, data, largest));
    EXPECT_EQ(talk.plain.size(), largest.size());
    talk.plain.clear();
    EXPECT_EQ(
        talk.end_after(seal(*talk.client, data, largest + 'x')),
        "a record has more content than TLS allows / the client says: record overflow"
    );
    Talk other;
    EXPECT_EQ(
        other.end_after(ByteBuffer{23, 3, 3, 0x41, 0x01}),
        "a record is longer than TLS allows / the client says: record overflow"
    );
}

TEST(Tls13Records, no_changed_byte_gets_through) {
    const ByteBuffer good = seal(*Talk().client, data, "pay 10");
    for (std::size_t at = 0; at < good.size(); ++at) {
        if (at == 3 || at == 4) continue; // then more bytes are waited for
        Talk talk;
        ByteBuffer bad = good;
        bad[at] ^= 1U;
        talk.give(bad);
        EXPECT_EQ(talk.server.state(), State::failed) << at;
        EXPECT_EQ(talk.plain, "") << at;
    }
}

TEST(Tls13Records, a_record_does_not_count_twice_nor_in_another_order) {
    Talk talk;
    const ByteBuffer first = seal(*talk.client, data, "1");
    const ByteBuffer second = seal(*talk.client, data, "2");
    talk.give(first);
    talk.give(first);
    EXPECT_EQ(talk.plain, "1");
    EXPECT_EQ(talk.server.state(), State::failed);
    Talk other;
    other.give(second);
    EXPECT_EQ(other.server.state(), State::failed);
    EXPECT_EQ(other.plain, "");
}

TEST(Tls13Records, a_key_update_changes_the_keys_of_one_side_or_of_both) {
    using namespace std::string_literals;
    for (const std::uint16_t suite : all_suites) {
        Talk talk(suite);
        for (const std::string& update : {"\x18\0\0\x01\0"s, "\x18\0\0\x01\x01"s}) {
            talk.give(seal(*talk.client, handshake, update));
            talk.client->update();
            talk.give(seal(*talk.client, data, "after"));
            talk.server.send(base::as_bytes(std::string_view("answer")), talk.wire);
            EXPECT_EQ(talk.heard(), "answer");
        }
        EXPECT_EQ(talk.plain, "afterafter");
        EXPECT_EQ(talk.server.state(), State::open) << talk.server.error();
    }
}

TEST(Tls13Records, the_old_keys_are_worth_nothing_after_an_update) {
    using namespace std::string_literals;
    Talk talk;
    talk.give(seal(*talk.client, handshake, "\x18\0\0\x01\0"s));
    talk.give(seal(*talk.client, data, "old"));
    EXPECT_EQ(talk.plain, "");
    EXPECT_EQ(talk.server.state(), State::failed);
}

TEST(Tls13Records, a_close_notify_ends_it_and_is_sent) {
    using namespace std::string_literals;
    Talk talk;
    talk.give(seal(*talk.client, alert, "\x01\x5a"s)); // user_canceled says nothing
    EXPECT_EQ(talk.server.state(), State::open);
    talk.give(seal(*talk.client, alert, "\x01\0"s));
    EXPECT_EQ(talk.server.state(), State::closed);
    talk.server.close(talk.wire);
    EXPECT_EQ(talk.heard(), "");
    EXPECT_EQ(talk.listener.state(), State::closed);
    talk.give(seal(*talk.client, data, "more"));
    EXPECT_EQ(talk.plain, "");
}

TEST(Tls13Records, what_a_client_may_not_send_ends_it_with_an_alert) {
    using namespace std::string_literals;
    const auto end_after = [](std::uint8_t type, const std::string& content, std::size_t padding = 0
                           ) {
        Talk talk;
        return talk.end_after(seal(*talk.client, type, content, padding));
    };
    const std::string unexpected = " / the client says: unexpected_message";
    EXPECT_EQ(end_after(20, "\x01"s), "a record has an unknown content type" + unexpected);
    EXPECT_EQ(end_after(0, ""s, 5), "a record has no content type" + unexpected);
    EXPECT_EQ(
        end_after(handshake, "\x01\0\0\0"s),
        "a handshake message came after the handshake" + unexpected
    );
    EXPECT_EQ(
        end_after(handshake, "\x18\0\0\x01\0\x18\0\0\x01\0"s),
        "a handshake message came after the handshake" + unexpected
    );
    EXPECT_EQ(
        end_after(handshake, "\x18\0\0\x01\x02"s),
        "a key update asks for nothing known / the client says: illegal parameter"
    );
    EXPECT_EQ(
        end_after(alert, "\x01"s), "an alert is not two bytes long / the client says: decode error"
    );
    EXPECT_EQ(end_after(alert, "\x02\x28"s), "the client says: handshake failure / ");
    Talk plain;
    EXPECT_EQ(
        plain.end_after(ByteBuffer{21, 3, 3, 0, 2, 1, 0}),
        "a record that is not protected came after the handshake" + unexpected
    );
    Talk empty;
    EXPECT_EQ(
        empty.end_after(ByteBuffer{23, 3, 3, 0, 16, 0}),
        "a record is too short / the client says: decode error"
    );
}

} // namespace crypto
