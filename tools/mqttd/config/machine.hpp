// What the checks of a configuration ask the machine: users, files, interfaces, addresses. A seam,
// so that tests answer as they like. Main thread only; a name server may be asked, so calls block.
#pragma once

#include "common/base/result.hpp"
#include "tools/mqttd/config/broker_config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqttd {

class Machine {
public:
    Machine() = default;
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    virtual ~Machine() = default;

    struct Problem {
        std::string message; ///< "Permission denied"
    };

    [[nodiscard]] virtual bool is_root() const = 0;
    [[nodiscard]] virtual bool user_exists(const std::string& name) const = 0;
    [[nodiscard]] virtual bool interface_exists(const std::string& name) const = 0;

    /// Why a regular file cannot be written, or made when there is none; nullopt: it can.
    [[nodiscard]] virtual std::optional<Problem> cannot_write(const std::string& path) const = 0;
    /// Why a Unix socket cannot be made there, without regard to who listens now; nullopt: it can.
    [[nodiscard]] virtual std::optional<Problem> cannot_bind(const std::string& path) const = 0;

    /// The addresses of a host in canonical text, never empty; domain restricts their kind.
    [[nodiscard]] virtual base::Result<std::vector<std::string>, Problem>
    addresses(const std::string& host, SocketDomain domain) const = 0;

    /// How many files the process may ever open (the hard limit).
    [[nodiscard]] virtual std::uint64_t open_file_limit() const = 0;
};

class SystemMachine final : public Machine {
public:
    [[nodiscard]] bool is_root() const override;
    [[nodiscard]] bool user_exists(const std::string& name) const override;
    [[nodiscard]] bool interface_exists(const std::string& name) const override;
    [[nodiscard]] std::optional<Problem> cannot_write(const std::string& path) const override;
    [[nodiscard]] std::optional<Problem> cannot_bind(const std::string& path) const override;
    [[nodiscard]] base::Result<std::vector<std::string>, Problem>
    addresses(const std::string& host, SocketDomain domain) const override;
    [[nodiscard]] std::uint64_t open_file_limit() const override;
};

} // namespace mqttd
