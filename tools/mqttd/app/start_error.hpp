// Why mqttd cannot start: thrown by the steps of the start, caught once in Daemon::run().
#pragma once

#include "tools/mqttd/config/config_error.hpp"

#include <stdexcept>
#include <utility>

namespace mqttd {

class StartError : public std::runtime_error {
public:
    explicit StartError(ConfigError error)
        : std::runtime_error(to_text(error)), error_(std::move(error)) {}

    [[nodiscard]] const ConfigError& error() const { return error_; }

private:
    ConfigError error_;
};

} // namespace mqttd
