#include "common/net/unix_listen_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace net {
namespace {

enum class PathUse { free, stale, listening, not_a_socket, unknown };

FileDescriptor new_socket() {
    return FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

/// What is at the path now; unknown: errno says why it cannot be told.
PathUse use_of(const sockaddr_un& address) {
    struct stat status {};

    if (::lstat(address.sun_path, &status) != 0) {
        return errno == ENOENT ? PathUse::free : PathUse::unknown;
    }
    if (!S_ISSOCK(status.st_mode)) {
        return PathUse::not_a_socket;
    }
    const FileDescriptor probe = new_socket();
    if (!probe) {
        return PathUse::unknown;
    }
    if (::connect(probe.get(), generic(address), sizeof(address)) == 0 || errno == EAGAIN) {
        return PathUse::listening; // EAGAIN: its backlog is full
    }
    return errno == ECONNREFUSED ? PathUse::stale : PathUse::unknown;
}

// The mode is set before bind(), so that the socket is never open wider than asked, and again after
// it, because the umask took bits away.
bool bind_with_mode(int fd, const sockaddr_un& address, std::optional<mode_t> mode) {
    if (mode && ::fchmod(fd, *mode) != 0) {
        return false;
    }
    return ::bind(fd, generic(address), sizeof(address)) == 0 &&
           (!mode || ::chmod(address.sun_path, *mode) == 0);
}

ListenError error_for(int error, const std::string& path) {
    ListenError result{"cannot listen on " + path + ": " + std::strerror(error), {}};
    if (error == ENOENT || error == ENOTDIR) {
        result.hint = "create the directory first";
    } else if (error == EACCES || error == EPERM || error == EROFS) {
        result.hint = "the user that starts the broker must be able to write to the directory";
    }
    return result;
}

/// Makes the path free for bind(), or tells why not.
std::optional<ListenError> clear_path(const sockaddr_un& address, const std::string& path) {
    switch (use_of(address)) {
    case PathUse::free:
        return std::nullopt;
    case PathUse::listening:
        return ListenError{
            "cannot listen on " + path + ": another program listens there",
            "stop it or choose another path"};
    case PathUse::not_a_socket:
        return ListenError{
            "cannot listen on " + path + ": the file exists and is not a socket",
            "choose another path or remove the file"};
    case PathUse::stale:
        if (::unlink(address.sun_path) == 0 || errno == ENOENT) {
            return std::nullopt;
        }
        break;
    case PathUse::unknown:
        break;
    }
    return error_for(errno, path);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
}

} // namespace

void remove_stale_unix_socket(const std::string& path) {
    if (use_of(address_of(path)) == PathUse::stale) ::unlink(path.c_str());
}

base::Result<OpenedSockets, ListenError> open_unix_listen_socket(const ListenOptions& options) {
    const std::string& path = options.unix_path;
    const sockaddr_un address = address_of(path);
    if (path.size() >= sizeof(address.sun_path)) {
        return ListenError{
            "cannot listen on " + path + ": the path of a unix socket may have at most " +
                std::to_string(sizeof(address.sun_path) - 1) + " bytes",
            "choose a shorter path"};
    }
    if (auto error = clear_path(address, path)) {
        return *error;
    }
    ListenSocket socket;
    socket.family = SocketFamily::unix_socket;
    socket.local_address = path;
    socket.fd = new_socket();
    if (!socket.fd || !bind_with_mode(socket.fd.get(), address, options.unix_mode) ||
        ::listen(socket.fd.get(), options.backlog) != 0) {
        return error_for(errno, path);
    }
    OpenedSockets opened;
    opened.sockets.push_back(std::move(socket));
    return opened;
}

} // namespace net
