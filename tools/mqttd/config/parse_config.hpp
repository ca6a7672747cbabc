// Reads a configuration in the syntax of mosquitto.conf into a BrokerConfig by the option table.
// All errors of all files are collected; nothing is applied. Start-up and reload; any thread.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/config/config_files.hpp"

#include <string>
#include <string_view>

namespace mqttd {

/// A configuration, or the reasons why there is none. Warnings (deprecated options, traps) may come
/// with either.
struct ConfigResult {
    BrokerConfig config; ///< complete only when there are no errors
    ConfigErrors errors;
    ConfigErrors warnings;

    [[nodiscard]] bool has_value() const { return errors.empty(); }

    [[nodiscard]] explicit operator bool() const { return has_value(); }

    [[nodiscard]] const BrokerConfig& operator*() const { return config; }

    [[nodiscard]] const BrokerConfig* operator->() const { return &config; }

    [[nodiscard]] const ConfigErrors& error() const { return errors; }
};

[[nodiscard]] ConfigResult parse_config_file(const std::string& path);
[[nodiscard]] ConfigResult parse_config_file(const std::string& path, const ConfigFiles& files);

/// origin: the file's name in messages.
[[nodiscard]] ConfigResult parse_config_text(std::string_view text, const std::string& origin);
[[nodiscard]] ConfigResult
parse_config_text(std::string_view text, const std::string& origin, const ConfigFiles& files);

/// What an empty file gives: loopback only, anonymous clients allowed.
[[nodiscard]] BrokerConfig default_config();

} // namespace mqttd
