// What mqtt-pub was asked to do. A plain value, filled in by the options and checked as a whole.
#pragma once

#include "common/cli/payload.hpp"
#include "common/cli/run_tool.hpp"
#include "common/client/connect_options.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mqtt_pub {

struct PublishSettings {
    client::ConnectOptions connect;
    std::string topic;
    cli::PayloadChoice payload;
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
    std::uint64_t repeat = 1;
    std::chrono::microseconds repeat_delay{0};
    std::chrono::milliseconds timeout{60000}; ///< without progress; 0 = for ever
    mqtt::PropertyBuilder publish_properties;
    mqtt::PropertyBuilder disconnect_properties;
};

/// Reads command line and options file. nullopt when help was asked for and is printed. Throws
/// UsageError.
[[nodiscard]] std::optional<PublishSettings> read_settings(cli::ToolContext& context);

} // namespace mqtt_pub
