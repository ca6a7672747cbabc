#include "common/net/listen_socket.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <set>
#include <string>

namespace {

using net::AddressFamily;
using net::ListenOptions;
using net::OpenedSockets;
using net::SocketFamily;

ListenOptions loopback(std::uint16_t port = 0) {
    ListenOptions options;
    options.address = "127.0.0.1";
    options.port = port;
    return options;
}

// Fails the test when the sockets cannot be opened.
OpenedSockets open(const ListenOptions& options) {
    auto result = net::open_listen_sockets(options);
    if (result.has_error()) {
        ADD_FAILURE() << result.error().message;
        return {};
    }
    return std::move(*result);
}

net::ListenError open_fails(const ListenOptions& options) {
    const auto result = net::open_listen_sockets(options);
    EXPECT_TRUE(result.has_error());
    return result.has_error() ? result.error() : net::ListenError{};
}

// Whether a client gets through to the socket.
bool accepts_connection(const net::ListenSocket& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    ::getsockname(socket.fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    const net::FileDescriptor client(::socket(address.ss_family, SOCK_STREAM, 0));
    return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

TEST(ListenSocket, a_free_port_is_told_and_can_be_connected_to) {
    const OpenedSockets opened = open(loopback());
    ASSERT_EQ(opened.sockets.size(), 1U);
    const net::ListenSocket& socket = opened.sockets.front();
    EXPECT_NE(socket.port, 0);
    EXPECT_EQ(socket.family, SocketFamily::ipv4);
    EXPECT_EQ(socket.local_address, "127.0.0.1");
    EXPECT_EQ(socket.text(), "127.0.0.1:" + std::to_string(socket.port));
    EXPECT_TRUE(accepts_connection(socket));
}

TEST(ListenSocket, does_not_block_and_is_closed_on_exec) {
    const OpenedSockets opened = open(loopback());
    const int fd = opened.sockets.at(0).fd.get();
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(::accept(fd, nullptr, nullptr), -1);
    EXPECT_EQ(errno, EAGAIN);
}

TEST(ListenSocket, all_sockets_of_a_listener_have_the_same_port) {
    for (const std::string address : {"", "localhost"}) {
        ListenOptions options;
        options.address = address;
        const OpenedSockets opened = open(options);
        std::set<std::uint16_t> ports;
        std::set<SocketFamily> families;
        for (const net::ListenSocket& socket : opened.sockets) {
            ports.insert(socket.port);
            families.insert(socket.family);
            EXPECT_TRUE(accepts_connection(socket)) << socket.text();
        }
        EXPECT_EQ(ports.size(), 1U);
        EXPECT_TRUE(families.contains(SocketFamily::ipv4));
        EXPECT_EQ(families.size(), opened.sockets.size());
    }
}

TEST(ListenSocket, the_family_can_be_restricted) {
    ListenOptions options;
    options.family = AddressFamily::ipv4;
    const OpenedSockets opened = open(options);
    ASSERT_EQ(opened.sockets.size(), 1U);
    EXPECT_EQ(opened.sockets.front().family, SocketFamily::ipv4);
    EXPECT_EQ(opened.sockets.front().local_address, "0.0.0.0");
}

TEST(ListenSocket, ipv6_sockets_take_no_ipv4_connections) {
    ListenOptions options;
    options.family = AddressFamily::ipv6;
    const auto result = net::open_listen_sockets(options);
    if (result.has_error()) { // a machine without IPv6 says so
        EXPECT_NE(result.error().message.find("cannot listen on port 0"), std::string::npos);
        return;
    }
    int only_v6 = 0;
    socklen_t size = sizeof(only_v6);
    const net::ListenSocket& socket = result->sockets.at(0);
    ASSERT_EQ(::getsockopt(socket.fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, &size), 0);
    EXPECT_EQ(only_v6, 1);
    EXPECT_EQ(socket.text(), "[::]:" + std::to_string(socket.port));
}

TEST(ListenSocket, a_port_in_use_is_an_error_with_address_and_port) {
    const OpenedSockets first = open(loopback());
    const std::uint16_t port = first.sockets.at(0).port;
    const net::ListenError error = open_fails(loopback(port));
    EXPECT_EQ(
        error.message,
        "cannot listen on 127.0.0.1 port " + std::to_string(port) + ": Address already in use"
    );
    EXPECT_NE(error.hint.find("another program listens there"), std::string::npos);
}

TEST(ListenSocket, a_port_is_free_again_after_closing) {
    std::uint16_t port = 0;
    {
        const OpenedSockets first = open(loopback());
        port = first.sockets.at(0).port;
        EXPECT_TRUE(accepts_connection(first.sockets.at(0)));
    }
    EXPECT_EQ(open(loopback(port)).sockets.at(0).port, port);
}

TEST(ListenSocket, an_address_of_another_machine_is_an_error) {
    ListenOptions options;
    options.address = "192.0.2.1";
    const net::ListenError error = open_fails(options);
    EXPECT_NE(error.message.find("192.0.2.1"), std::string::npos);
    EXPECT_NE(error.hint.find("no interface of this machine"), std::string::npos);
}

TEST(ListenSocket, a_name_that_does_not_resolve_is_an_error) {
    ListenOptions options;
    options.address = std::string(70, 'x'); // longer than a label may be: no name server is asked
    const net::ListenError error = open_fails(options);
    EXPECT_NE(error.message.find("cannot resolve the listener address \"xxx"), std::string::npos);
    EXPECT_FALSE(error.hint.empty());
}

TEST(ListenSocket, an_address_of_the_other_family_is_an_error) {
    ListenOptions options = loopback();
    options.family = AddressFamily::ipv6;
    EXPECT_NE(open_fails(options).hint.find("socket_domain"), std::string::npos);
}

TEST(ListenSocket, an_unknown_interface_is_an_error_with_its_name) {
    ListenOptions options = loopback();
    options.bind_interface = "nosuchif0";
    const net::ListenError error = open_fails(options);
    EXPECT_NE((error.message + error.hint).find("nosuchif0"), std::string::npos)
        << error.message << error.hint;
}

TEST(ListenSocket, an_interface_can_be_chosen) {
    ListenOptions options = loopback();
    options.bind_interface = "lo";
    const OpenedSockets opened = open(options);
    EXPECT_TRUE(accepts_connection(opened.sockets.at(0)));
    char name[16] = {};
    socklen_t size = sizeof(name);
    const int fd = opened.sockets.at(0).fd.get();
    ASSERT_EQ(::getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &size), 0);
    EXPECT_STREQ(name, "lo");
}

TEST(FileDescriptor, a_duplicate_stays_open_when_the_first_is_closed) {
    OpenedSockets opened = open(loopback());
    net::FileDescriptor copy = opened.sockets.at(0).fd.duplicate();
    ASSERT_TRUE(copy);
    opened.sockets.clear();
    EXPECT_NE(::fcntl(copy.get(), F_GETFD), -1);
    const int fd = copy.get();
    copy.reset();
    EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

TEST(FileDescriptor, closing_keeps_errno) {
    errno = ENOENT;
    net::FileDescriptor(10'000'000).reset(); // closing this one fails with EBADF
    EXPECT_EQ(errno, ENOENT);
}

TEST(ListenSocket, while_it_is_suspended_another_may_listen_on_all_addresses) {
    const std::uint16_t port = open(loopback()).sockets.front().port; // free again at once
    OpenedSockets first = open(loopback(port));
    ListenOptions all;
    all.port = port;
    all.family = AddressFamily::ipv4;
    EXPECT_NE(open_fails(all).message.find("in use"), std::string::npos);
    net::suspend(first.sockets.front());
    EXPECT_FALSE(accepts_connection(first.sockets.front()));
    {
        const OpenedSockets second = open(all);
        EXPECT_FALSE(net::resume(first.sockets.front()));
    }
    EXPECT_TRUE(net::resume(first.sockets.front()));
    EXPECT_TRUE(accepts_connection(first.sockets.front()));
}

} // namespace
