// A machine for the checks of a configuration that has what a test says it has.
#pragma once

#include "tools/mqttd/config/machine.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace mqttd {

class FakeMachine final : public Machine {
public:
    bool root = false;
    std::set<std::string> users;
    std::set<std::string> interfaces;
    std::map<std::string, std::string> unwritable; ///< path → why
    std::map<std::string, std::vector<std::string>> hosts;
    std::uint64_t open_files = 20'000;

    [[nodiscard]] bool is_root() const override { return root; }

    [[nodiscard]] bool user_exists(const std::string& name) const override {
        return users.contains(name);
    }

    [[nodiscard]] bool interface_exists(const std::string& name) const override {
        return interfaces.contains(name);
    }

    [[nodiscard]] std::optional<Problem> cannot_write(const std::string& path) const override {
        const auto found = unwritable.find(path);
        if (found == unwritable.end()) return std::nullopt;
        return Problem{found->second};
    }

    [[nodiscard]] std::optional<Problem> cannot_bind(const std::string& path) const override {
        return cannot_write(path);
    }

    /// A numeric address is its own; other hosts are looked up in `hosts`.
    [[nodiscard]] base::Result<std::vector<std::string>, Problem>
    addresses(const std::string& host, SocketDomain domain) const override {
        const bool numeric = host.find_first_not_of("0123456789.:") == std::string::npos;
        std::vector<std::string> found;
        if (numeric) found.push_back(host);
        if (hosts.contains(host)) found = hosts.at(host);
        std::erase_if(found, [&](const std::string& address) {
            const bool ipv6 = address.find(':') != std::string::npos;
            return domain != SocketDomain::any && ipv6 != (domain == SocketDomain::ipv6);
        });
        if (found.empty()) return Problem{"Name or service not known"};
        return found;
    }

    [[nodiscard]] std::uint64_t open_file_limit() const override { return open_files; }
};

} // namespace mqttd
