#include "tools/mqttd/persistence/stored_values.hpp"

#include "common/base/utf8.hpp"
#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/topic/topic.hpp"

namespace mqttd {

bool is_stored_topic(std::string_view topic) {
    return mqtt::topic::is_valid_name(topic) && base::is_valid_utf8(topic);
}

bool is_stored_filter(std::string_view filter) {
    if (!base::is_valid_utf8(filter)) return false;
    return mqtt::topic::is_shared(filter) ? mqtt::topic::parse_shared(filter).has_value()
                                          : mqtt::topic::is_valid_filter(filter);
}

std::optional<mqtt::PropertyList> stored_properties(base::Bytes wire) {
    if (wire.empty()) return mqtt::PropertyList{};
    mqtt::codec::Frame frame;
    frame.body = wire;
    mqtt::codec::ByteReader in{frame, mqtt::ProtocolVersion::v5};
    const mqtt::PropertyList list =
        mqtt::codec::decode_property_section(in, mqtt::PropertyScope::publish, wire.size());
    if (!in.ok() || !in.at_end()) return std::nullopt;
    return list;
}

std::optional<SharedKey> stored_shared_key(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
    const std::string_view filter = text.substr(slash + 1);
    if (!base::is_valid_utf8(text) || !mqtt::topic::is_valid_filter(filter)) return std::nullopt;
    return SharedKey{std::string(text.substr(0, slash)), std::string(filter)};
}

} // namespace mqttd
