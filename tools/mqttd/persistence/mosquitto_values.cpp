#include "tools/mqttd/persistence/mosquitto_values.hpp"

#include "common/base/utf8.hpp"
#include "common/mqtt/codec/byte_reader.hpp"
#include "common/mqtt/codec/decode_properties.hpp"

namespace mqttd {

bool is_mosquitto_client_id(std::string_view id) {
    return !id.empty() && base::is_valid_utf8(id) && id.find('\0') == std::string_view::npos;
}

std::optional<mqtt::PropertyList> mosquitto_properties(base::Bytes section) {
    if (section.empty()) return mqtt::PropertyList{};
    mqtt::codec::Frame frame;
    frame.body = section;
    mqtt::codec::ByteReader in{frame, mqtt::ProtocolVersion::v5};
    const mqtt::PropertyList list =
        mqtt::codec::decode_properties(in, mqtt::PropertyScope::publish);
    if (!in.ok() || !in.at_end()) return std::nullopt;
    return list;
}

mqtt::PropertyBuilder forwarded_properties(const mqtt::PropertyList& properties) {
    mqtt::PropertyBuilder builder;
    for (const mqtt::PropertyView& property : properties) {
        const bool own = property.id == mqtt::PropertyId::topic_alias ||
                         property.id == mqtt::PropertyId::message_expiry_interval ||
                         property.id == mqtt::PropertyId::subscription_identifier;
        if (!own) builder.copy(property);
    }
    return builder;
}

std::optional<RowState> mosquitto_row_state(std::uint8_t state) {
    switch (static_cast<MosquittoState>(state)) {
    case MosquittoState::queued:
    case MosquittoState::publish_qos0:
        return RowState::queued;
    case MosquittoState::publish_qos1:
    case MosquittoState::wait_for_puback:
        return RowState::awaiting_puback;
    case MosquittoState::publish_qos2:
    case MosquittoState::wait_for_pubrec:
        return RowState::awaiting_pubrec;
    case MosquittoState::resend_pubrel:
    case MosquittoState::wait_for_pubcomp:
        return RowState::awaiting_pubcomp;
    case MosquittoState::wait_for_pubrel:
    case MosquittoState::resend_pubcomp:
    case MosquittoState::send_pubrec:
        break;
    }
    return std::nullopt;
}

bool fits(RowState state, mqtt::Qos qos) {
    switch (state) {
    case RowState::queued:
        return true;
    case RowState::awaiting_puback:
        return qos == mqtt::Qos::at_least_once;
    case RowState::awaiting_pubrec:
    case RowState::awaiting_pubcomp:
        return qos == mqtt::Qos::exactly_once;
    }
    return false;
}

} // namespace mqttd
