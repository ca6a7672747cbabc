#include "tools/mqttd/config/machine.hpp"

#include <net/if.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

namespace mqttd {

namespace {

Machine::Problem system_problem(int error) {
    return {std::generic_category().message(error)};
}

/// Why no new file can be made beside the path.
std::optional<Machine::Problem> cannot_create(const std::string& path) {
    std::string directory = std::filesystem::path(path).parent_path().string();
    if (directory.empty()) directory = ".";
    if (::access(directory.c_str(), W_OK | X_OK) == 0) return std::nullopt;
    const int error = errno;
    return Machine::Problem{
        "the directory " + directory + ": " + std::generic_category().message(error)};
}

int family_of(SocketDomain domain) {
    switch (domain) {
    case SocketDomain::ipv4:
        return AF_INET;
    case SocketDomain::ipv6:
        return AF_INET6;
    case SocketDomain::any:
        break;
    }
    return AF_UNSPEC;
}

} // namespace

bool SystemMachine::is_root() const {
    return ::geteuid() == 0;
}

bool SystemMachine::user_exists(const std::string& name) const {
    std::string buffer(16384, '\0');
    passwd entry{};
    passwd* found = nullptr;
    const int failed = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    return failed == 0 && found != nullptr;
}

bool SystemMachine::interface_exists(const std::string& name) const {
    return ::if_nametoindex(name.c_str()) != 0;
}

std::optional<Machine::Problem> SystemMachine::cannot_write(const std::string& path) const {
    struct stat info {};

    if (::stat(path.c_str(), &info) != 0) {
        const int error = errno;
        return error == ENOENT ? cannot_create(path) : system_problem(error);
    }
    if (S_ISDIR(info.st_mode)) return system_problem(EISDIR);
    if (::access(path.c_str(), W_OK) == 0) return std::nullopt;
    return system_problem(errno);
}

std::optional<Machine::Problem> SystemMachine::cannot_bind(const std::string& path) const {
    struct stat info {};

    if (::lstat(path.c_str(), &info) == 0 && !S_ISSOCK(info.st_mode)) {
        return Problem{"there is a file of another kind"};
    }
    return cannot_create(path);
}

base::Result<std::vector<std::string>, Machine::Problem>
SystemMachine::addresses(const std::string& host, SocketDomain domain) const {
    addrinfo wanted{};
    wanted.ai_family = family_of(domain);
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE;
    addrinfo* list = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list);
    if (failed != 0) return Problem{::gai_strerror(failed)};
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
    std::vector<std::string> found;
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        char text[NI_MAXHOST];
        const int unreadable = ::getnameinfo(
            one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST
        );
        if (unreadable != 0) return Problem{::gai_strerror(unreadable)};
        if (std::find(found.begin(), found.end(), text) == found.end()) found.emplace_back(text);
    }
    return found;
}

std::uint64_t SystemMachine::open_file_limit() const {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return UINT64_MAX;
    return limit.rlim_max;
}

} // namespace mqttd
