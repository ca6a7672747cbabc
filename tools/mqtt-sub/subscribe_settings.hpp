// What mqtt-sub was asked to do. A plain value, filled in by the options and checked as a whole.
#pragma once

#include "common/cli/message_printer.hpp"
#include "common/cli/run_tool.hpp"
#include "common/client/connect_options.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tools/mqtt-sub/handlers/handler_settings.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_sub {

/// Which messages count.
struct FilterSettings {
    std::vector<std::string> filter_out;
    bool skip_retained = false;
    bool retained_only = false;
    std::uint32_t random_share = 10000; ///< of 10000 messages, so many are let through
};

struct SubscribeSettings {
    client::ConnectOptions connect;
    std::vector<std::string> filters;
    bool filters_of_rules = false; ///< none was given but those of the rules
    std::vector<std::string> unsubscribe;
    mqtt::SubscriptionOptions options;
    mqtt::PropertyBuilder subscribe_properties;
    mqtt::PropertyBuilder unsubscribe_properties;
    mqtt::PropertyBuilder disconnect_properties;
    FilterSettings filter;
    cli::PrintSettings print;
    HandlerSettings handlers;  ///< instead of printing
    bool check_rules = false;  ///< only read them
    bool redrives = false;     ///< the messages are dead letters to be sent back
    bool message_rate = false; ///< instead of messages, print how many came each second
    bool remove_retained = false;
    bool leave_when_subscribed = false;
    std::uint64_t count = 0;                   ///< messages to leave after; 0 = no limit
    std::chrono::milliseconds timeout{0};      ///< of the whole run; 0 = none
    std::chrono::milliseconds idle_timeout{0}; ///< without a message; 0 = none
};

/// Reads command line and options file. nullopt when help was asked for and is printed. Throws
/// UsageError.
[[nodiscard]] std::optional<SubscribeSettings> read_settings(cli::ToolContext& context);

} // namespace mqtt_sub
