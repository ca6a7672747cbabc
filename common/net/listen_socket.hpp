// Opens the sockets of one listener: names resolved, IPv4 and IPv6 apart, or a Unix socket. Called
// on the main thread, at start and at reload (it may block on a name server); whoever receives a
// ListenSocket owns it. Knows no configuration file and accepts nothing.
#pragma once

#include "common/base/result.hpp"
#include "common/net/file_descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace net {

enum class AddressFamily : std::uint8_t { any, ipv4, ipv6 };
enum class SocketFamily : std::uint8_t { ipv4, ipv6, unix_socket };

/// Connections waiting to be accepted; the kernel caps it at somaxconn.
inline constexpr int usual_backlog = 4096;

struct ListenOptions {
    std::string address;    ///< host name or address; empty: every address of the machine
    std::uint16_t port = 0; ///< 0: a free one, the same for IPv4 and IPv6
    std::string
        unix_path; ///< not empty: a Unix socket; address, port, family and interface do not count
    std::optional<mode_t>
        unix_mode; ///< permissions of the Unix socket; nullopt: as the umask leaves them
    std::string bind_interface; ///< only packets that arrive on this interface
    AddressFamily family = AddressFamily::any;
    int backlog = usual_backlog;
};

/// Listening, non-blocking, closed on exec.
struct ListenSocket {
    FileDescriptor fd;
    SocketFamily family = SocketFamily::ipv4;
    std::string local_address; ///< "127.0.0.1", "::1" or the path
    std::uint16_t port =
        0; ///< the real one, also when a free one was asked for; 0 for a Unix socket

    /// "127.0.0.1:1883", "[::1]:1883" or the path: for logs.
    [[nodiscard]] std::string text() const;
};

struct ListenError {
    std::string message; ///< what and where
    std::string hint;    ///< what to do; may be empty
};

struct OpenedSockets {
    std::vector<ListenSocket> sockets; ///< never empty
    std::vector<std::string>
        skipped; ///< addresses of a name that this machine cannot have, and why
};

/// Nobody can connect any more. The file of a Unix socket goes, if no other program listens there
/// by now and the rights suffice.
void close(ListenSocket& socket);
/// The socket keeps its address, but listens no more: who waits to be accepted is reset, and
/// another socket may listen on an address that overlaps. A Unix socket is left alone.
void suspend(ListenSocket& socket);
/// Listens again. False: somebody else listens there now.
[[nodiscard]] bool resume(ListenSocket& socket);

/// All sockets of a listener, or the first error; on an error none stays open. An address is
/// skipped rather than an error when the machine has no such family or address and another address
/// of the same listener could be opened. The file of a Unix socket that nobody listens on any more
/// is replaced.
[[nodiscard]] base::Result<OpenedSockets, ListenError>
open_listen_sockets(const ListenOptions& options);

} // namespace net
