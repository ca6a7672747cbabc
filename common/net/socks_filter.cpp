#include "common/net/socks_filter.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

namespace net {

namespace {

using Trouble = base::TransportTrouble;

constexpr std::uint8_t socks_version = 5;
constexpr std::uint8_t login_version = 1;
constexpr std::uint8_t no_login = 0;
constexpr std::uint8_t user_name_and_password = 2;
constexpr std::uint8_t no_method = 0xFF;
constexpr std::uint8_t connect_command = 1;
constexpr std::uint8_t ipv4 = 1;
constexpr std::uint8_t domain_name = 3;
constexpr std::uint8_t ipv6 = 4;
constexpr std::size_t reply_head = 5; ///< with the first byte of the address

/// What the codes of a reply mean, from 1 on. [RFC 1928 6]
constexpr std::array<const char*, 8> reply_words{
    "general failure",
    "its rules do not allow it",
    "network unreachable",
    "host unreachable",
    "connection refused",
    "the time to live has expired",
    "it does not support CONNECT",
    "it does not support this kind of address",
};

std::string guess_what_it_is(std::uint8_t first_byte) {
    if (first_byte == 'H') return "the proxy speaks HTTP, not SOCKS5";
    if (first_byte == 0) return "the proxy speaks SOCKS4, not SOCKS5";
    return "what answers is no SOCKS5 proxy";
}

void append_counted(base::ByteBuffer& wire, std::string_view text) {
    wire.push_back(static_cast<std::uint8_t>(text.size()));
    base::append(wire, base::as_bytes(text));
}

} // namespace

SocksFilter::SocksFilter(SocksProxy proxy, HostPort server)
    : proxy_(std::move(proxy)), server_(std::move(server)) {}

void SocksFilter::start(base::ByteBuffer& wire) {
    wire.push_back(socks_version);
    wire.push_back(proxy_.user_name ? 2 : 1);
    wire.push_back(no_login);
    if (proxy_.user_name) wire.push_back(user_name_and_password);
}

void SocksFilter::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    while (state() == State::opening && !input.empty()) {
        const std::size_t size = std::min(answer_size_ - answer_.size(), input.size());
        base::append(answer_, input.first(size));
        input = input.subspan(size);
        if (answer_.size() == answer_size_) take_step(wire);
    }
    if (state() == State::open) base::append(plain, input);
}

void SocksFilter::take_step(base::ByteBuffer& wire) {
    if (step_ == Step::method) return take_method(wire);
    if (step_ == Step::login) return take_login(wire);
    take_reply();
}

void SocksFilter::take_method(base::ByteBuffer& wire) {
    if (answer_[0] != socks_version) return fail(guess_what_it_is(answer_[0]), Trouble::no_proxy);
    const std::uint8_t method = answer_[1];
    if (method == no_login) return ask(wire);
    if (method == user_name_and_password && proxy_.user_name) return log_in(wire);
    if (method != no_method)
        return fail("the proxy asks for a way to log in that was not offered", Trouble::no_proxy);
    fail(
        proxy_.user_name ? "the proxy takes no user name and password"
                         : "the proxy wants a user name and password",
        Trouble::proxy_login
    );
}

void SocksFilter::log_in(base::ByteBuffer& wire) {
    wire.push_back(login_version);
    append_counted(wire, *proxy_.user_name);
    append_counted(wire, proxy_.password);
    await(Step::login, 2);
}

void SocksFilter::take_login(base::ByteBuffer& wire) {
    if (answer_[1] == 0) return ask(wire);
    fail("the proxy refused the user name or the password", Trouble::proxy_login);
}

void SocksFilter::ask(base::ByteBuffer& wire) {
    wire.insert(wire.end(), {socks_version, connect_command, 0});
    std::array<std::uint8_t, sizeof(in6_addr)> address{};
    const char* const host = server_.host.c_str();
    if (::inet_pton(AF_INET, host, address.data()) == 1) {
        wire.push_back(ipv4);
        base::append(wire, base::Bytes(address).first(sizeof(in_addr)));
    } else if (::inet_pton(AF_INET6, host, address.data()) == 1) {
        wire.push_back(ipv6);
        base::append(wire, address);
    } else {
        wire.push_back(domain_name);
        append_counted(wire, server_.host);
    }
    wire.push_back(static_cast<std::uint8_t>(server_.port >> 8U));
    wire.push_back(static_cast<std::uint8_t>(server_.port & 0xFFU));
    await(Step::reply, reply_head);
}

void SocksFilter::await(Step step, std::size_t size) {
    step_ = step;
    answer_.clear();
    answer_size_ = size;
}

// The address that the proxy connects from follows, and is of no use here. Its size shows only
// after its beginning.
void SocksFilter::take_reply() {
    if (answer_[0] != socks_version) return fail(guess_what_it_is(answer_[0]), Trouble::no_proxy);
    const std::uint8_t code = answer_[1];
    if (code != 0) {
        const std::string why =
            code <= reply_words.size() ? reply_words.at(code - 1U) : "code " + std::to_string(code);
        return fail(
            "the proxy could not connect to " + to_text(server_) + ": " + why,
            Trouble::proxy_refused
        );
    }
    if (answer_.size() > reply_head) return set_state(State::open);
    const std::uint8_t kind = answer_[3];
    std::size_t address_size = 0;
    if (kind == ipv4) address_size = sizeof(in_addr);
    if (kind == ipv6) address_size = sizeof(in6_addr);
    if (kind == domain_name) address_size = 1U + answer_[4];
    if (address_size == 0) return fail("the answer of the proxy makes no sense", Trouble::no_proxy);
    answer_size_ = reply_head - 1 + address_size + 2;
}

void SocksFilter::send(base::Bytes plain, base::ByteBuffer& wire) {
    base::append(wire, plain);
}

} // namespace net
