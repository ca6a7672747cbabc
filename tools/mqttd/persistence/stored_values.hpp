// Values of a file as what they must be: a store trusts its engine to keep bytes, and nobody to
// keep their meaning. nullopt or false: not what was written. Pure; any thread.
#pragma once

#include "common/mqtt/packet/property_list.hpp"
#include "tools/mqttd/persistence/records.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace mqttd {

template <typename Number>
[[nodiscard]] std::optional<Number> stored_number(std::int64_t value) {
    if (value < 0 || value > std::int64_t{std::numeric_limits<Number>::max()}) return std::nullopt;
    return static_cast<Number>(value);
}

/// For enumerations that count from 0 to last.
template <typename Enum>
[[nodiscard]] std::optional<Enum> stored_enum(std::int64_t value, Enum last) {
    if (value < 0 || value > static_cast<std::int64_t>(last)) return std::nullopt;
    return static_cast<Enum>(value);
}

[[nodiscard]] inline std::optional<mqtt::Qos> stored_qos(std::int64_t value) {
    return stored_enum(value, mqtt::Qos::exactly_once);
}

[[nodiscard]] bool is_stored_topic(std::string_view topic);
[[nodiscard]] bool is_stored_filter(std::string_view filter);

/// The properties of a message. The view lives as long as the bytes.
[[nodiscard]] std::optional<mqtt::PropertyList> stored_properties(base::Bytes wire);

/// "group/filter"; no key is nullptr, which is not meant by nullopt.
[[nodiscard]] std::optional<SharedKey> stored_shared_key(std::string_view text);

} // namespace mqttd
