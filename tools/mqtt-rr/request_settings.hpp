// What mqtt-rr was asked to do. A plain value, filled in by the options and checked as a whole.
#pragma once

#include "common/cli/message_printer.hpp"
#include "common/cli/payload.hpp"
#include "common/cli/run_tool.hpp"
#include "common/client/connect_options.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "common/mqtt/packet/property_builder.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace mqtt_rr {

struct RequestSettings {
    client::ConnectOptions connect;
    std::string request_topic;
    std::string response_topic; ///< empty: one that nobody else has
    cli::PayloadChoice payload;
    mqtt::SubscriptionOptions options;
    bool skip_retained = false;
    bool latency = false; ///< tell how long each answer took
    cli::PrintSettings print;
    std::chrono::milliseconds timeout{0}; ///< of the whole run; 0 = none
    mqtt::PropertyBuilder publish_properties;
    mqtt::PropertyBuilder subscribe_properties;
    mqtt::PropertyBuilder disconnect_properties;
};

/// Reads command line and options file. nullopt when help was asked for and is printed. Throws
/// UsageError.
[[nodiscard]] std::optional<RequestSettings> read_settings(cli::ToolContext& context);

} // namespace mqtt_rr
