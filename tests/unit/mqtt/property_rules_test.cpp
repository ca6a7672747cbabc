// The property table against table 2-4 of the standard, written down here a second time, and the
// decoder against that table: each property in each section, once, twice and at its limits.
#include "common/mqtt/codec/decode_properties.hpp"
#include "common/mqtt/codec/varint.hpp"
#include "tests/support/wire.hpp"
#include "tests/vectors/vector_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace mqtt;
using vectors::parse_bytes;
using enum PropertyScope;
using enum PropertyType;

struct Listed {
    unsigned id;
    PropertyType type;
    std::set<PropertyScope> scopes;
};

const std::set<PropertyScope> everywhere{
    connect,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    disconnect,
    auth,
    will,
};

const std::vector<Listed>& standard() {
    static const std::vector<Listed> table{
        {0x01, byte, {publish, will}},
        {0x02, four_byte_integer, {publish, will}},
        {0x03, utf8_string, {publish, will}},
        {0x08, utf8_string, {publish, will}},
        {0x09, binary_data, {publish, will}},
        {0x0B, variable_byte_integer, {publish, subscribe}},
        {0x11, four_byte_integer, {connect, connack, disconnect}},
        {0x12, utf8_string, {connack}},
        {0x13, two_byte_integer, {connack}},
        {0x15, utf8_string, {connect, connack, auth}},
        {0x16, binary_data, {connect, connack, auth}},
        {0x17, byte, {connect}},
        {0x18, four_byte_integer, {will}},
        {0x19, byte, {connect}},
        {0x1A, utf8_string, {connack}},
        {0x1C, utf8_string, {connack, disconnect}},
        {0x1F,
         utf8_string,
         {connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth}},
        {0x21, two_byte_integer, {connect, connack}},
        {0x22, two_byte_integer, {connect, connack}},
        {0x23, two_byte_integer, {publish}},
        {0x24, byte, {connack}},
        {0x25, byte, {connack}},
        {0x26, utf8_string_pair, everywhere},
        {0x27, four_byte_integer, {connect, connack}},
        {0x28, byte, {connack}},
        {0x29, byte, {connack}},
        {0x2A, byte, {connack}},
    };
    return table;
}

/// A value that is legal for every property of this type.
const char* value_of(PropertyType type) {
    switch (type) {
    case byte:
    case variable_byte_integer:
        return "01";
    case two_byte_integer:
        return "0001";
    case four_byte_integer:
        return "00000001";
    case utf8_string:
        return "0001 \"x\"";
    case utf8_string_pair:
        return "0001 \"x\" 0001 \"y\"";
    case binary_data:
        return "0001 FF";
    }
    return "";
}

base::ByteBuffer property(unsigned id, const std::string& value) {
    base::ByteBuffer bytes{static_cast<std::uint8_t>(id)};
    base::append(bytes, parse_bytes(value));
    return bytes;
}

/// Authentication data are nothing without the method.
base::ByteBuffer property(const Listed& row) {
    base::ByteBuffer bytes = property(row.id, value_of(row.type));
    if (row.id == 0x16) base::append(bytes, property(0x15, "0001 \"m\""));
    return bytes;
}

/// "" or reason, clause and offset; offset 2 is the length of the section, 3 its first byte.
std::string error_of(PropertyScope scope, base::Bytes section) {
    base::ByteBuffer body;
    body.resize(codec::variable_size(section.size()));
    codec::write_variable(body.data(), section.size());
    base::append(body, section);
    const codec::Frame frame{.body = body};
    codec::ByteReader in(frame, ProtocolVersion::v5);
    const PropertyList list = codec::decode_properties(in, scope);
    if (!in.ok()) return support::error_text(in.error());
    EXPECT_TRUE(in.at_end());
    EXPECT_EQ(support::hex(list.wire()), support::hex(section));
    return "";
}

TEST(PropertyTable, has_the_properties_of_the_standard_and_no_others) {
    EXPECT_EQ(property_table().size(), standard().size());
    for (const Listed& row : standard()) {
        const PropertyRow* found = find_property(row.id);
        ASSERT_NE(found, nullptr) << row.id;
        EXPECT_EQ(static_cast<unsigned>(found->id), row.id);
        EXPECT_EQ(found->type, row.type) << row.id;
        EXPECT_EQ(find_property(found->name), found) << found->name;
        EXPECT_EQ(found->section.substr(0, 8), "MQTT5 3.") << found->name;
    }
    EXPECT_EQ(find_property("no-such-property"), nullptr);
}

TEST(PropertyRules, a_property_is_accepted_where_it_belongs_and_nowhere_else) {
    for (const Listed& row : standard()) {
        for (const PropertyScope scope : everywhere) {
            const std::string expected = row.scopes.contains(scope) ? "" : "0x82 MQTT5 2.2.2.2 3";
            EXPECT_EQ(error_of(scope, property(row)), expected)
                << row.id << " in " << static_cast<unsigned>(scope);
        }
    }
}

TEST(PropertyRules, identifiers_that_do_not_exist_are_malformed) {
    std::set<unsigned> ids;
    for (const Listed& row : standard())
        ids.insert(row.id);
    for (unsigned id = 0; id < 0x80; ++id) {
        if (ids.contains(id)) continue;
        EXPECT_EQ(error_of(connack, property(id, "00")), "0x81 MQTT5 2.2.2.2 3") << id;
        EXPECT_EQ(find_property(id), nullptr);
    }
    EXPECT_EQ(find_property(1000), nullptr);
}

TEST(PropertyRules, only_user_properties_and_identifiers_of_a_publish_come_twice) {
    for (const Listed& row : standard()) {
        for (const PropertyScope scope : row.scopes) {
            base::ByteBuffer section = property(row);
            const std::size_t second = 3 + section.size();
            base::append(section, property(row.id, value_of(row.type)));
            const bool may_repeat = row.id == 0x26 || (row.id == 0x0B && scope == publish);
            const std::string expected =
                may_repeat ? ""
                           : "0x82 " + std::string(find_property(row.id)->section) + ' ' +
                                 std::to_string(second);
            EXPECT_EQ(error_of(scope, section), expected)
                << row.id << " in " << static_cast<unsigned>(scope);
        }
    }
}

TEST(PropertyRules, a_value_that_is_cut_is_malformed) {
    for (const Listed& row : standard()) {
        const base::ByteBuffer whole = property(row.id, value_of(row.type));
        for (std::size_t size = 1; size < whole.size(); ++size) {
            const std::string error = error_of(*row.scopes.begin(), base::Bytes(whole).first(size));
            EXPECT_EQ(error.substr(0, 19), "0x81 MQTT-4.13.1-1 ") << row.id << " cut " << size;
        }
    }
}

struct Range {
    unsigned id;
    PropertyScope scope;
    const char* value;
    const char* error; ///< nullptr: accepted
};

class PropertyRanges : public testing::TestWithParam<Range> {};

TEST_P(PropertyRanges, hold) {
    const Range& range = GetParam();
    const std::string expected = range.error == nullptr ? "" : range.error;
    EXPECT_EQ(error_of(range.scope, property(range.id, range.value)), expected)
        << range.id << ' ' << range.value;
}

INSTANTIATE_TEST_SUITE_P(
    Numbers,
    PropertyRanges,
    testing::Values(
        Range{0x01, publish, "00", nullptr},
        Range{0x01, publish, "02", "0x82 MQTT5 3.3.2.3.2 4"},
        Range{0x01, will, "FF", "0x82 MQTT5 3.3.2.3.2 4"},
        Range{0x02, publish, "00000000", nullptr},
        Range{0x02, publish, "FFFFFFFF", nullptr},
        Range{0x0B, subscribe, "00", "0x82 MQTT5 3.8.2.1.2 4"},
        Range{0x0B, publish, "00", "0x82 MQTT5 3.8.2.1.2 4"},
        Range{0x0B, subscribe, "FFFFFF7F", nullptr},
        Range{0x0B, subscribe, "FFFFFFFF01", "0x81 MQTT5 1.5.5 4"},
        Range{0x11, connect, "00000000", nullptr},
        Range{0x11, connect, "FFFFFFFF", nullptr},
        Range{0x13, connack, "0000", nullptr},
        Range{0x13, connack, "FFFF", nullptr},
        Range{0x17, connect, "00", nullptr},
        Range{0x17, connect, "02", "0x82 MQTT5 3.1.2.11.7 4"},
        Range{0x18, will, "FFFFFFFF", nullptr},
        Range{0x19, connect, "00", nullptr},
        Range{0x19, connect, "02", "0x82 MQTT5 3.1.2.11.6 4"},
        Range{0x21, connect, "0000", "0x82 MQTT5 3.1.2.11.3 4"},
        Range{0x21, connack, "FFFF", nullptr},
        Range{0x22, connect, "0000", nullptr},
        Range{0x22, connack, "FFFF", nullptr},
        Range{0x23, publish, "0000", "0x94 MQTT-3.3.2-8 4"},
        Range{0x23, publish, "FFFF", nullptr},
        Range{0x24, connack, "02", "0x82 MQTT5 3.2.2.3.4 4"},
        Range{0x25, connack, "02", "0x82 MQTT5 3.2.2.3.5 4"},
        Range{0x27, connect, "00000000", "0x82 MQTT5 3.1.2.11.4 4"},
        Range{0x27, connack, "FFFFFFFF", nullptr},
        Range{0x28, connack, "02", "0x82 MQTT5 3.2.2.3.11 4"},
        Range{0x29, connack, "02", "0x82 MQTT5 3.2.2.3.12 4"},
        Range{0x2A, connack, "02", "0x82 MQTT5 3.2.2.3.13 4"}
    ),
    [](const testing::TestParamInfo<Range>& range) {
        return std::to_string(range.index) + "_property_" + std::to_string(range.param.id) +
               "_value_" + range.param.value;
    }
);

// shows [MQTT-1.5.7-1]
TEST(PropertyRules, both_halves_of_a_user_property_are_checked) {
    EXPECT_EQ(error_of(connect, property(0x26, "0001 FF 0001 61")), "0x81 MQTT-1.5.4-1 4");
    EXPECT_EQ(error_of(connect, property(0x26, "0001 61 0001 FF")), "0x81 MQTT-1.5.4-1 7");
    EXPECT_EQ(error_of(connect, property(0x26, "0001 00 0001 61")), "0x81 MQTT-1.5.4-2 4");
    EXPECT_EQ(error_of(connect, property(0x26, "0001 61 0001 00")), "0x81 MQTT-1.5.4-2 7");
    EXPECT_EQ(error_of(connect, property(0x26, "0000 0000")), "");
}

// shows [MQTT-3.3.2-13] [MQTT-3.3.2-14] [MQTT-3.3.2-19]
TEST(PropertyRules, response_topic_and_content_type_are_text_and_the_former_is_a_topic_name) {
    EXPECT_EQ(error_of(publish, property(0x03, "0002 C328")), "0x81 MQTT-1.5.4-1 4");
    EXPECT_EQ(error_of(publish, property(0x08, "0002 C328")), "0x81 MQTT-1.5.4-1 4");
    EXPECT_EQ(error_of(publish, property(0x08, "0003 \"a/+\"")), "0x82 MQTT-3.3.2-14 4");
    EXPECT_EQ(error_of(will, property(0x08, "0001 \"#\"")), "0x82 MQTT-3.3.2-14 4");
    EXPECT_EQ(error_of(publish, property(0x08, "0000")), "0x82 MQTT-4.7.3-1 4");
}

TEST(PropertyRules, binary_data_are_not_text) {
    EXPECT_EQ(error_of(publish, property(0x09, "0003 00FFC0")), "");
    EXPECT_EQ(error_of(publish, property(0x09, "0000")), "");
}

TEST(PropertyRules, authentication_data_need_a_method_before_or_behind_them) {
    const base::ByteBuffer data = property(0x16, "0001 FF");
    for (const PropertyScope scope : {connect, connack, auth}) {
        EXPECT_EQ(error_of(scope, data), "0x82 MQTT5 3.1.2.11.10 3");
        base::ByteBuffer behind = data;
        base::append(behind, property(0x15, "0001 \"m\""));
        EXPECT_EQ(error_of(scope, behind), "");
        base::ByteBuffer before = property(0x15, "0001 \"m\"");
        base::append(before, data);
        EXPECT_EQ(error_of(scope, before), "");
    }
}

TEST(PropertyRules, any_number_of_user_properties_is_read_in_order) {
    base::ByteBuffer section;
    for (unsigned i = 0; i < 1000; ++i)
        base::append(section, property(0x26, i % 2 == 0 ? "0001 61 0000" : "0001 62 0000"));
    EXPECT_EQ(error_of(publish, section), "");
}

} // namespace
