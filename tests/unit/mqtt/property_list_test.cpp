#include "common/mqtt/packet/property_builder.hpp"
#include "common/mqtt/packet/property_list.hpp"
#include "tests/support/wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mqtt;
using enum PropertyId;

TEST(PropertyList, an_empty_one_has_nothing) {
    const PropertyList list;
    EXPECT_TRUE(list.empty());
    EXPECT_FALSE(list.has(user_property));
    EXPECT_EQ(list.number(topic_alias), std::nullopt);
    EXPECT_EQ(list.text(content_type), std::nullopt);
    EXPECT_TRUE(list.begin() == list.end());
}

TEST(PropertyBuilder, writes_each_type_as_on_the_wire) {
    PropertyBuilder builder;
    builder.number(payload_format_indicator, 1)
        .number(message_expiry_interval, 0x01020304)
        .number(topic_alias, 0x0102)
        .number(subscription_identifier, 128)
        .text(content_type, "a")
        .text(correlation_data, "\xff")
        .user_property("k", "v");
    EXPECT_EQ(
        support::hex(builder.list().wire()),
        "0101"
        "0201020304"
        "230102"
        "0B8001"
        "03000161"
        "090001FF"
        "2600016B000176"
    );
}

TEST(PropertyBuilder, list_finds_what_was_built) {
    PropertyBuilder builder;
    EXPECT_TRUE(builder.empty());
    builder.number(session_expiry_interval, session_never_expires)
        .number(receive_maximum, 1)
        .text(authentication_method, "");
    const PropertyList list = builder.list();
    EXPECT_FALSE(builder.empty());
    EXPECT_EQ(list.number(session_expiry_interval), session_never_expires);
    EXPECT_EQ(list.number(receive_maximum), 1U);
    EXPECT_EQ(list.text(authentication_method), "");
    EXPECT_EQ(list.number(maximum_packet_size), std::nullopt);
}

TEST(PropertyList, repeated_properties_keep_their_order_and_the_first_is_found) {
    PropertyBuilder builder;
    builder.user_property("a", "1").number(subscription_identifier, 7).user_property("a", "2");
    builder.number(subscription_identifier, 268'435'455);
    std::vector<std::string> seen;
    for (const PropertyView& property : builder.list()) {
        seen.push_back(
            property.id == user_property
                ? std::string(property.name) + '=' + std::string(property.text)
                : std::to_string(property.number)
        );
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"a=1", "7", "a=2", "268435455"}));
    EXPECT_EQ(builder.list().number(subscription_identifier), 7U);
    EXPECT_EQ(builder.list().text(user_property), "1");
}

TEST(PropertyBuilder, copies_a_property_of_another_list) {
    PropertyBuilder from;
    from.number(topic_alias, 9).user_property("k", "v").text(content_type, "t");
    PropertyBuilder to;
    for (const PropertyView& property : from.list()) {
        if (property.id != topic_alias) to.copy(property);
    }
    EXPECT_EQ(
        support::hex(to.list().wire()),
        "2600016B000176"
        "03000174"
    );
    EXPECT_FALSE(to.list().has(topic_alias));
    EXPECT_TRUE(to.list().has(user_property));
}

TEST(PropertyBuilderDeathTest, mistakes_of_the_caller_stop_the_program) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    PropertyBuilder builder;
    EXPECT_DEATH(builder.number(content_type, 0), "not a number");
    EXPECT_DEATH(builder.number(topic_alias, 0), "in range");
    EXPECT_DEATH(builder.number(topic_alias, 65'536), "in range");
    EXPECT_DEATH(builder.text(topic_alias, "x"), "text or binary data");
    EXPECT_DEATH(builder.text(content_type, std::string(65'536, 'x')), "fits its length");
}

} // namespace
