// Values of a mosquitto.db as what they are in a store. Pure; any thread.
#pragma once

#include "common/mqtt/packet/property_builder.hpp"
#include "tools/mqttd/persistence/mosquitto_db.hpp"
#include "tools/mqttd/persistence/records.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mqttd {

[[nodiscard]] bool is_mosquitto_client_id(std::string_view id);

/// A section with its length before it; none when it is empty. nullopt: not legal in a PUBLISH.
[[nodiscard]] std::optional<mqtt::PropertyList> mosquitto_properties(base::Bytes section);

/// Those that a subscriber gets as they are.
[[nodiscard]] mqtt::PropertyBuilder forwarded_properties(const mqtt::PropertyList& properties);

/// Of a message to a client, see MosquittoState. nullopt: an inbound state, or none.
[[nodiscard]] std::optional<RowState> mosquitto_row_state(std::uint8_t state);

/// Whether messages of this QoS get into this state.
[[nodiscard]] bool fits(RowState state, mqtt::Qos qos);

} // namespace mqttd
