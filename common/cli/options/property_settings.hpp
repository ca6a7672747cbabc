// The MQTT 5.0 properties given with -D, by the packet they go into. Filled in while options are
// read; a plain value.
#pragma once

#include "common/client/connect_options.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "common/mqtt/spec/property.hpp"

#include <map>
#include <string_view>

namespace cli {

class PropertySettings {
public:
    /// commands: those the tool sends, "connect|publish|disconnect|will".
    explicit PropertySettings(std::string_view commands) : commands_(commands) {}

    /// value: the words of one -D. Throws UsageError: unknown command or property, property that
    /// the packet must not have, value out of range, given twice.
    void add(std::string_view name, std::string_view value);

    [[nodiscard]] mqtt::PropertyBuilder of(mqtt::PropertyScope scope) const;
    [[nodiscard]] bool any(mqtt::PropertyScope scope) const;

    [[nodiscard]] std::string_view commands() const { return commands_; }

private:
    std::string_view commands_;
    std::map<mqtt::PropertyScope, mqtt::PropertyBuilder> builders_;
};

/// Moves the properties of CONNECT to where the client expects them.
void set_connect_properties(
    const PropertySettings& properties, client::engine::SessionOptions& session
);

} // namespace cli
