#include "common/net/listen_socket.hpp"

#include "common/net/unix_listen_socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace net {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr int free_port_attempts = 16;

int family_number(AddressFamily family) {
    switch (family) {
    case AddressFamily::ipv4:
        return AF_INET;
    case AddressFamily::ipv6:
        return AF_INET6;
    case AddressFamily::any:
        break;
    }
    return AF_UNSPEC;
}

std::string name_of(const ListenOptions& options) {
    return options.address.empty() ? "port " + std::to_string(options.port)
                                   : options.address + " port " + std::to_string(options.port);
}

base::Result<AddressList, ListenError> resolve(const ListenOptions& options) {
    addrinfo wanted{};
    wanted.ai_family = family_number(options.family);
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(options.port);
    const char* const host = options.address.empty() ? nullptr : options.address.c_str();
    const int status = ::getaddrinfo(host, port.c_str(), &wanted, &found);
    if (status == 0) {
        return AddressList(found, &::freeaddrinfo);
    }
    const char* const reason = status == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(status);
    return ListenError{
        "cannot resolve the listener address \"" + options.address + "\": " + reason,
        "check the spelling and socket_domain, or give a numeric address"};
}

void set_port(sockaddr_storage& address, std::uint16_t port) {
    if (address.ss_family == AF_INET6) {
        reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
    }
}

/// Fills address and port with what the kernel says the socket is bound to.
bool read_local_address(ListenSocket& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (::getsockname(socket.fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return false;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        socket.port = ntohs(v6.sin6_port);
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        socket.port = ntohs(v4.sin_port);
    }
    socket.local_address = text.data();
    return true;
}

bool set_options(int fd, int family, const std::string& interface) {
    const int on = 1;
    if (::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0) {
        return false;
    }
    if (family == AF_INET6 && ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) {
        return false;
    }
    return interface.empty() || ::setsockopt(
                                    fd,
                                    SOL_SOCKET,
                                    SO_BINDTODEVICE,
                                    interface.c_str(),
                                    static_cast<socklen_t>(interface.size() + 1)
                                ) == 0;
}

/// One socket; on failure its fd is empty and errno tells.
ListenSocket open_one(const addrinfo& at, std::uint16_t port, const ListenOptions& options) {
    ListenSocket result;
    result.family = at.ai_family == AF_INET6 ? SocketFamily::ipv6 : SocketFamily::ipv4;
    FileDescriptor fd(::socket(at.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd || !set_options(fd.get(), at.ai_family, options.bind_interface)) {
        return result;
    }
    sockaddr_storage address{};
    std::memcpy(&address, at.ai_addr, at.ai_addrlen);
    set_port(address, port);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), at.ai_addrlen) != 0 ||
        ::listen(fd.get(), options.backlog) != 0) {
        return result;
    }
    result.fd = std::move(fd);
    if (!read_local_address(result)) {
        result.fd.reset();
    }
    return result;
}

bool machine_lacks_address(int error) {
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT;
}

std::string hint_for(int error, const ListenOptions& options) {
    const std::string port = std::to_string(options.port);
    switch (error) {
    case EADDRINUSE:
        return "another program listens there (ss -ltnp sport = :" + port +
               " shows it); stop it or choose another port";
    case EACCES:
        return "a port below 1024 needs root or the capability CAP_NET_BIND_SERVICE; choose a "
               "higher port otherwise";
    case EADDRNOTAVAIL:
        return "no interface of this machine has this address (ip addr lists them)";
    case ENODEV:
        return "there is no interface \"" + options.bind_interface + "\" (ip link lists them)";
    case EPERM:
        return "bind_interface needs root or the capability CAP_NET_RAW";
    case EMFILE:
        return "raise the limit of open files (ulimit -n, or LimitNOFILE of the service)";
    default:
        return {};
    }
}

ListenError error_for(int error, const ListenOptions& options) {
    return {
        "cannot listen on " + name_of(options) + ": " + std::strerror(error),
        hint_for(error, options)};
}

// A name may have an address twice, for example when two lines of /etc/hosts give it to localhost.
bool came_before(const addrinfo* list, const addrinfo* at) {
    for (const addrinfo* other = list; other != at; other = other->ai_next) {
        if (other->ai_addrlen == at->ai_addrlen &&
            std::memcmp(other->ai_addr, at->ai_addr, at->ai_addrlen) == 0) {
            return true;
        }
    }
    return false;
}

/// errno of the attempt that failed, 0 when all went well.
int open_all(const addrinfo* list, const ListenOptions& options, OpenedSockets& out) {
    std::uint16_t port = options.port;
    int lacking = 0;
    for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
        if (came_before(list, at)) {
            continue;
        }
        ListenSocket socket = open_one(*at, port, options);
        const int error = errno;
        if (socket.fd) {
            port = socket.port;
            out.sockets.push_back(std::move(socket));
        } else if (machine_lacks_address(error)) {
            lacking = error;
            out.skipped.push_back(
                std::string(at->ai_family == AF_INET6 ? "ipv6" : "ipv4") + " of " +
                name_of(options) + ": " + std::strerror(error)
            );
        } else {
            return error;
        }
    }
    return out.sockets.empty() ? lacking : 0;
}

} // namespace

std::string ListenSocket::text() const {
    switch (family) {
    case SocketFamily::ipv4:
        return local_address + ":" + std::to_string(port);
    case SocketFamily::ipv6:
        return "[" + local_address + "]:" + std::to_string(port);
    case SocketFamily::unix_socket:
        break;
    }
    return local_address;
}

void close(ListenSocket& socket) {
    socket.fd.reset();
    if (socket.family == SocketFamily::unix_socket) remove_stale_unix_socket(socket.local_address);
}

// A socket that was bound to a given port stays bound when it is shut down.
void suspend(ListenSocket& socket) {
    if (socket.family != SocketFamily::unix_socket) ::shutdown(socket.fd.get(), SHUT_RDWR);
}

bool resume(ListenSocket& socket) {
    return socket.family == SocketFamily::unix_socket ||
           ::listen(socket.fd.get(), usual_backlog) == 0;
}

base::Result<OpenedSockets, ListenError> open_listen_sockets(const ListenOptions& options) {
    if (!options.unix_path.empty()) {
        return open_unix_listen_socket(options);
    }
    const auto addresses = resolve(options);
    if (!addresses.has_value()) {
        return addresses.error();
    }
    // A free port of IPv4 may be taken on IPv6: then another free one is tried.
    int attempts = options.port == 0 ? free_port_attempts : 1;
    for (;;) {
        OpenedSockets opened;
        const int error = open_all(addresses->get(), options, opened);
        if (error == 0) {
            return opened;
        }
        if (error != EADDRINUSE || --attempts == 0) {
            return error_for(error, options);
        }
    }
}

} // namespace net
