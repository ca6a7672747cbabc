#include "tools/mqttd/shard/acceptor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace mqttd {

namespace {

template <typename Address>
Address address_as(const sockaddr_storage& storage) {
    Address address;
    std::memcpy(&address, &storage, sizeof address);
    return address;
}

Peer peer_of(const sockaddr_storage& storage) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET) {
        const auto address = address_as<sockaddr_in>(storage);
        inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
        const std::string name(text.data());
        return {name, name + ":" + std::to_string(ntohs(address.sin_port))};
    }
    if (storage.ss_family == AF_INET6) {
        const auto address = address_as<sockaddr_in6>(storage);
        inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size());
        const std::string name(text.data());
        return {name, "[" + name + "]:" + std::to_string(ntohs(address.sin6_port))};
    }
    return {"unix", "unix"};
}

AcceptStatus status_of(int error) {
    switch (error) {
    case EAGAIN:
        return AcceptStatus::nothing_waiting;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return AcceptStatus::out_of_descriptors;
    default:
        return AcceptStatus::try_again;
    }
}

} // namespace

Accepted accept_connection(const net::ListenSocket& socket) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    Accepted accepted;
    accepted.fd = net::FileDescriptor(::accept4(
        socket.fd.get(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_NONBLOCK | SOCK_CLOEXEC
    ));
    if (!accepted.fd) {
        accepted.error = errno;
        accepted.status = status_of(errno);
        return accepted;
    }
    accepted.status = AcceptStatus::accepted;
    accepted.peer = peer_of(storage);
    return accepted;
}

} // namespace mqttd
