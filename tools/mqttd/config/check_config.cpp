#include "tools/mqttd/config/check_config.hpp"

#include "common/base/escape.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace mqttd {

namespace {

/// The value checks of one configuration; adds to the findings.
class ValueChecks {
public:
    ValueChecks(ConfigFindings& findings, const BrokerConfig& config)
        : findings_(findings), config_(config) {}

    void check_limits();
    void check_retained();
    void check_logging();
    void check_access();
    void check_waiting_logins();
    void check_listener(const ListenerConfig& listener);

private:
    void warn(std::string_view option, std::string message, std::string hint = {}) {
        findings_.warnings.push_back(
            error_at(origin_of(config_, option), std::move(message), std::move(hint))
        );
    }

    void warn_at(const std::string& origin, std::string message, std::string hint) {
        findings_.warnings.push_back(error_at(origin, std::move(message), std::move(hint)));
    }

    [[nodiscard]] bool was_set(std::string_view option) const {
        return !origin_of(config_, option).empty();
    }

    ConfigFindings& findings_;
    const BrokerConfig& config_;
};

void ValueChecks::check_limits() {
    const LimitConfig& limits = config_.limits;
    if (limits.global_max_connections == 0) {
        warn("global_max_connections", "global_max_connections 0 lets no client connect");
    }
    if (limits.global_max_clients == 0) {
        warn("global_max_clients", "global_max_clients 0 lets no client connect");
    }
    if (limits.global_max_clients >= 0 &&
        limits.global_max_connections > limits.global_max_clients) {
        warn(
            "global_max_connections",
            "global_max_connections " + std::to_string(limits.global_max_connections) +
                " cannot be reached: global_max_clients is " +
                std::to_string(limits.global_max_clients),
            "a connected client counts for both"
        );
    }
    if (limits.message_size_limit > limits.max_packet_size) {
        warn(
            "message_size_limit",
            "message_size_limit " + std::to_string(limits.message_size_limit) +
                " has no effect: max_packet_size is " + std::to_string(limits.max_packet_size)
        );
    }
    if (was_set("max_connect_size") && limits.max_connect_size > limits.max_packet_size) {
        warn(
            "max_connect_size",
            "max_connect_size " + std::to_string(limits.max_connect_size) +
                " has no effect: max_packet_size is " + std::to_string(limits.max_packet_size)
        );
    }
    const std::size_t largest_payload =
        limits.message_size_limit != 0 ? limits.message_size_limit : limits.max_packet_size;
    if (limits.max_queued_bytes != 0 && limits.max_queued_bytes < largest_payload) {
        warn(
            "max_queued_bytes",
            "max_queued_bytes " + std::to_string(limits.max_queued_bytes) +
                " is less than one message may have (" + std::to_string(largest_payload) +
                "), so that large ones never wait for a client",
            "lower max_packet_size or message_size_limit, or raise max_queued_bytes"
        );
    }
}

void ValueChecks::check_retained() {
    if (config_.retain_available) return;
    const std::string why = " has no effect: retain_available is false";
    if (config_.limits.max_retained_messages != 0) {
        warn("max_retained_messages", "max_retained_messages" + why);
    }
    if (config_.limits.max_retained_bytes != 0) {
        warn("max_retained_bytes", "max_retained_bytes" + why);
    }
    if (config_.retain_expiry_interval) {
        warn("retain_expiry_interval", "retain_expiry_interval" + why);
    }
}

void ValueChecks::check_logging() {
    const LogConfig& log = config_.log;
    if (log.syslog_facility >= 0 && !log.to_syslog) {
        warn("log_facility", "log_facility has no effect without log_dest syslog");
    }
    if (!log.timestamp_format.empty() && !log.timestamp) {
        warn("log_timestamp_format", "log_timestamp_format has no effect: log_timestamp is false");
    }
    if (log.timestamp_format.empty()) return;
    char text[256];
    const std::tm moment{};
    if (std::strftime(text, sizeof text, log.timestamp_format.c_str(), &moment) != 0) return;
    findings_.errors.push_back(error_at(
        origin_of(config_, "log_timestamp_format"),
        "log_timestamp_format " + base::in_quotes(log.timestamp_format) +
            " gives no text of 1 to 255 bytes",
        "the forms are those of strftime(3), for example %Y-%m-%dT%H:%M:%S"
    ));
}

/// Without a password file or certificates anonymous access is the only one.
void ValueChecks::check_access() {
    check_waiting_logins();
    for (const ListenerConfig& listener : config_.listeners) {
        const bool has_logins = !listener.password_file.empty() ||
                                listener.tls.identity_as_username ||
                                listener.tls.subject_as_username;
        if (has_logins) continue;
        if (listener.allow_anonymous.value_or(config_.allow_anonymous)) continue;
        const std::string_view option =
            listener.allow_anonymous ? "listener_allow_anonymous" : "allow_anonymous";
        std::string origin =
            listener.allow_anonymous ? origin_of(listener, option) : origin_of(config_, option);
        if (origin.empty()) origin = listener.origin;
        warn_at(
            origin,
            "no client can connect to " + name_of(listener) + ": " + std::string(option) +
                " is false and there is no other way to log in",
            "password_file names a file of users; allow_anonymous true lets everybody in who "
            "reaches the port"
        );
    }
}

void ValueChecks::check_waiting_logins() {
    const AuthConfig& auth = config_.auth;
    if (was_set("auth_max_waiting_per_address") &&
        auth.max_waiting_per_address > auth.max_waiting) {
        warn(
            "auth_max_waiting_per_address",
            "auth_max_waiting_per_address " + std::to_string(auth.max_waiting_per_address) +
                " has no effect: auth_max_waiting is " + std::to_string(auth.max_waiting)
        );
    }
    if (!config_.local_only || was_set("allow_anonymous")) return;
    if (!config_.listeners.empty() && !config_.listeners.front().password_file.empty()) {
        warn(
            "password_file",
            "clients without a user name may connect, because no listener is configured",
            "allow_anonymous false keeps them out"
        );
    }
}

void ValueChecks::check_listener(const ListenerConfig& listener) {
    const std::int64_t all = config_.limits.global_max_connections;
    if (listener.max_connections == 0) {
        warn_at(
            origin_of(listener, "max_connections"),
            "max_connections 0 lets no client connect to " + name_of(listener),
            {}
        );
    }
    if (all >= 0 && listener.max_connections > all) {
        warn_at(
            origin_of(listener, "max_connections"),
            "max_connections " + std::to_string(listener.max_connections) +
                " cannot be reached: global_max_connections is " + std::to_string(all),
            {}
        );
    }
    const bool per_address_counts =
        listener.max_connections < 0 ||
        listener.max_connections_per_address <= listener.max_connections;
    if (!per_address_counts) {
        warn_at(
            origin_of(listener, "max_connections_per_address"),
            "max_connections_per_address " + std::to_string(listener.max_connections_per_address) +
                " cannot be reached: max_connections is " +
                std::to_string(listener.max_connections),
            {}
        );
    }
    const auto levels =
        std::count(listener.mount_point.begin(), listener.mount_point.end(), '/') + 1;
    if (std::cmp_greater(levels, config_.limits.max_topic_levels)) {
        findings_.errors.push_back(error_at(
            origin_of(listener, "mount_point"),
            "mount_point has " + std::to_string(levels) + " levels, and max_topic_levels is " +
                std::to_string(config_.limits.max_topic_levels)
        ));
    }
}

} // namespace

void check_values(ConfigFindings& findings, const BrokerConfig& config) {
    ValueChecks checks(findings, config);
    checks.check_limits();
    checks.check_retained();
    checks.check_logging();
    checks.check_access();
    for (const ListenerConfig& listener : config.listeners)
        checks.check_listener(listener);
    check_transports(findings, config);
}

ConfigFindings check_config(const BrokerConfig& config, const Machine& machine) {
    ConfigFindings findings;
    check_values(findings, config);
    check_listeners(findings, config, machine);
    check_machine(findings, config, machine);
    return findings;
}

std::string origin_of(const BrokerConfig& config, std::string_view option) {
    const auto found = config.origins.find(std::string(option));
    return found == config.origins.end() ? std::string{} : found->second;
}

std::string origin_of(const ListenerConfig& listener, std::string_view option) {
    const auto found = listener.origins.find(std::string(option));
    return found == listener.origins.end() ? listener.origin : found->second;
}

std::string
origin_of(const BrokerConfig& config, const ListenerConfig& listener, std::string_view option) {
    const auto own = listener.origins.find(std::string(option));
    if (own != listener.origins.end()) return own->second;
    const std::string global = origin_of(config, option);
    return global.empty() ? listener.origin : global;
}

std::string name_of(const ListenerConfig& listener) {
    std::string name = "listener " + std::to_string(listener.port);
    const std::string& where = listener.unix_path.empty() ? listener.address : listener.unix_path;
    if (!where.empty()) name += ' ' + where;
    return name;
}

} // namespace mqttd
