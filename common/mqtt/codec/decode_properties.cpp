#include "common/mqtt/codec/decode_properties.hpp"

namespace mqtt::codec {

namespace {

constexpr std::uint64_t bit(PropertyId id) {
    return std::uint64_t{1} << static_cast<unsigned>(id);
}

void check_number(ByteReader& in, const PropertyRow& row, std::uint32_t value, std::size_t start) {
    if (value >= row.minimum && value <= row.maximum) return;
    if (row.id == PropertyId::topic_alias) {
        in.fail(Rule::topic_alias_is_not_zero, start);
    } else {
        in.fail(Rule::property_is_in_range, start, row.section);
    }
}

// The response topic is a topic name. [MQTT-3.3.2-14] [MQTT-4.7.3-1]
void check_response_topic(ByteReader& in, std::string_view topic, std::size_t start) {
    if (!in.ok()) return;
    if (topic.empty()) in.fail(Rule::topic_is_not_empty, start);
    if (has_wildcard_character(topic)) in.fail(Rule::response_topic_has_no_wildcard, start);
}

void read_value(ByteReader& in, const PropertyRow& row) {
    const std::size_t start = in.offset();
    switch (row.type) {
    case PropertyType::byte:
        check_number(in, row, in.byte(), start);
        break;
    case PropertyType::two_byte_integer:
        check_number(in, row, in.two_bytes(), start);
        break;
    case PropertyType::four_byte_integer:
        check_number(in, row, in.four_bytes(), start);
        break;
    case PropertyType::variable_byte_integer:
        check_number(in, row, in.variable(), start);
        break;
    case PropertyType::utf8_string: {
        const std::string_view text = in.text();
        if (row.id == PropertyId::response_topic) check_response_topic(in, text, start);
        break;
    }
    case PropertyType::utf8_string_pair:
        static_cast<void>(in.text());
        static_cast<void>(in.text());
        break;
    case PropertyType::binary_data:
        static_cast<void>(in.binary());
        break;
    }
}

// Only PUBLISH may carry more than one subscription identifier. [MQTT5 3.8.2.1.2] [MQTT-3.3.4-4]
bool may_repeat(const PropertyRow& row, PropertyScope scope) {
    if (row.id == PropertyId::subscription_identifier) return scope == PropertyScope::publish;
    return row.repeatable;
}

void read_property(ByteReader& in, PropertyScope scope, std::uint64_t& mask) {
    const std::size_t start = in.offset();
    const PropertyRow* row = find_property(in.variable());
    if (!in.ok()) return;
    if (row == nullptr) return in.fail(Rule::property_is_known, start);
    if (!row->allowed_in(scope)) return in.fail(Rule::property_belongs_here, start);
    if ((mask & bit(row->id)) != 0 && !may_repeat(*row, scope))
        return in.fail(Rule::property_comes_once, start, row->section);
    mask |= bit(row->id);
    read_value(in, *row);
}

} // namespace

PropertyList decode_property_section(ByteReader& in, PropertyScope scope, std::size_t size) {
    const std::size_t start = in.offset();
    const std::uint8_t* outer_end = in.narrow(size);
    const base::Bytes wire(in.cursor(), size);
    std::uint64_t mask = 0;
    while (!in.at_end())
        read_property(in, scope, mask);
    in.widen(outer_end);
    const bool data_alone = (mask & bit(PropertyId::authentication_data)) != 0 &&
                            (mask & bit(PropertyId::authentication_method)) == 0;
    if (data_alone) in.fail(Rule::authentication_data_needs_method, start);
    return {wire, mask};
}

} // namespace mqtt::codec
