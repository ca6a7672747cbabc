#include "tools/mqttd/running_store.hpp"

#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/app/store_service.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mqttd {

namespace {

StoreError unreachable(const std::string& socket_path, int error) {
    std::string hint = "stop it first, or wait until it is running";
    if (error == EACCES) hint = "do it as root, or as the user that it runs as";
    return {
        StoreFault::in_use,
        "the mqttd that has the store open cannot be asked at " + socket_path + ": " +
            std::generic_category().message(error) + "; " + hint};
}

StoreResult<net::FileDescriptor> reach(const std::string& store) {
    const std::string path = store_socket_path(store);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return unreachable(path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.data(), path.size());
    net::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (!socket || ::connect(socket.get(), generic, sizeof address) != 0) {
        return unreachable(path, errno);
    }
    return socket;
}

/// All that comes until the other side closes.
std::string read_all(int socket) {
    std::string text;
    std::array<char, 1024> buffer{};
    while (true) {
        const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (size <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

} // namespace

StoreResult<void> back_up_running_store(const std::string& store, const std::string& target) {
    std::error_code error;
    const std::string path = std::filesystem::absolute(target, error).string();
    if (error || path.find('\n') != std::string::npos) {
        return StoreError{StoreFault::other, target + ": give the backup another name"};
    }
    const auto socket = reach(store);
    if (socket.has_error()) return socket.error();
    const std::string request = "backup " + path + '\n';
    std::string answer;
    if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) >= 0) {
        answer = read_all(socket->get());
    }
    if (answer == "done\n") return {};
    constexpr std::string_view error_word = "error ";
    if (answer.starts_with(error_word) && answer.ends_with('\n')) {
        answer.pop_back();
        return StoreError{StoreFault::other, answer.substr(error_word.size())};
    }
    return StoreError{
        StoreFault::other, "mqttd has ended before the copy was complete; try again when it runs"};
}

StoreResult<TemporaryBackup> TemporaryBackup::of(const std::string& store) {
    const std::string path = store + ".dump-" + std::to_string(::getpid());
    const auto made = back_up_running_store(store, path);
    if (made.has_error()) return made.error();
    return TemporaryBackup(path);
}

TemporaryBackup::TemporaryBackup(TemporaryBackup&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryBackup::~TemporaryBackup() {
    if (path_.empty()) return;
    for (const char* suffix : {"", "-wal", "-journal", "-shm"})
        ::unlink((path_ + suffix).c_str());
}

} // namespace mqttd
