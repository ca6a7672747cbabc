#include "common/base/json_text.hpp"
#include "common/cli/message_format.hpp"
#include "common/mqtt/packet/property_builder.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

using cli::MessageFormat;
using mqtt::PropertyBuilder;
using mqtt::PropertyId;
using test::usage_error_of;

class MessageFormatTest : public testing::Test {
protected:
    void SetUp() override {
        ::setenv("TZ", "<+01>-1", 1); // an hour ahead of UTC, all year
        ::tzset();
        packet.topic = "a/b";
        set("hello world");
        time = base::WallTime(std::chrono::seconds(1'700'000'000)) + std::chrono::microseconds(42);
    }

    void set(std::string_view payload) { packet.payload = base::as_bytes(payload); }

    std::string print(std::string_view format, bool pretty = false) const {
        std::string out;
        MessageFormat::parse("--format", format).append(out, packet, time, pretty);
        return out;
    }

    mqtt::Publish packet;
    base::WallTime time;
};

TEST_F(MessageFormatTest, prints_text_fields_and_escapes) {
    packet.qos = mqtt::Qos::at_least_once;
    packet.packet_id = 7;
    packet.retain = true;
    EXPECT_EQ(print("%t %p %l %q %r %m %%|@@|"), "a/b hello world 11 1 1 7 %|@|");
    EXPECT_EQ(print("\\\\\\a\\e\\n\\r\\t\\v"), "\\\a\x1B\n\r\t\v");
    EXPECT_EQ(print("a\\0b"), std::string("a\0b", 3));
}

TEST_F(MessageFormatTest, payload_keeps_every_byte) {
    const std::string bytes("\0\xFF\n", 3);
    set(bytes);
    EXPECT_EQ(print("%p"), bytes);
}

TEST_F(MessageFormatTest, pads_and_cuts_in_characters) {
    EXPECT_EQ(print("[%6t][%-6t][%.2t][%5.1t]"), "[   a/b][a/b   ][a/][    a]");
    EXPECT_EQ(print("[%05l][%-5l][%5l]"), "[00011][11   ][   11]");
    EXPECT_EQ(print("[%13p][%.4p]"), "[  hello world][hell]");
    packet.topic = "äöü";
    EXPECT_EQ(print("[%5t][%.2t]"), "[  äöü][äö]");
}

TEST_F(MessageFormatTest, prints_hexadecimal_in_groups) {
    set("he\xAB");
    EXPECT_EQ(print("%x %X"), "6865ab 6865AB");
    EXPECT_EQ(print("%.2:x|%.4 X|%8x|"), "68:65:ab|6865 AB|  6865ab|");
}

TEST_F(MessageFormatTest, prints_floating_point_payloads) {
    const float narrow = 1.5F;
    const double wide = -2.25;
    std::string bytes(sizeof narrow, '\0');
    std::memcpy(bytes.data(), &narrow, sizeof narrow);
    set(bytes);
    EXPECT_EQ(print("%f|%.1f|%8.2f|%08.2f|%d"), "1.500000|1.5|    1.50|00001.50|");
    std::string more(sizeof wide, '\0');
    std::memcpy(more.data(), &wide, sizeof wide);
    set(more);
    EXPECT_EQ(print("%.3d|%f"), "-2.250|");
}

TEST_F(MessageFormatTest, prints_time) {
    EXPECT_EQ(print("%I"), "2023-11-14T23:13:20+0100");
    EXPECT_EQ(print("%U"), "1700000000.000042000");
    EXPECT_EQ(print("@Y-@m-@d @H:@M:@S.@N"), "2023-11-14 23:13:20.000042000");
}

TEST_F(MessageFormatTest, prints_properties) {
    EXPECT_EQ(print("[%A%C%D%E%F%P%R%S]"), "[]");
    PropertyBuilder properties;
    properties.text(PropertyId::content_type, "text");
    properties.text(
        PropertyId::correlation_data,
        "\xFF"
        "id"
    );
    properties.text(PropertyId::response_topic, "r/t");
    properties.number(PropertyId::message_expiry_interval, 60);
    properties.number(PropertyId::payload_format_indicator, 1);
    properties.number(PropertyId::topic_alias, 3);
    properties.number(PropertyId::subscription_identifier, 8);
    properties.user_property("a", "1").user_property("b", "2");
    packet.properties = properties.list();
    EXPECT_EQ(
        print("%A %C %D %E %F %P %R %S"),
        "3 text \xFF"
        "id 60 1 a:1 b:2 r/t 8"
    );
    EXPECT_EQ(print("%6.2C|%04E"), "    te|0060");
}

TEST_F(MessageFormatTest, json_is_one_valid_line) {
    set("say \"hi\"\n\\ \x01");
    EXPECT_EQ(
        print("%j"),
        R"({"tst":"2023-11-14T23:13:20.000042+0100","topic":"a/b","qos":0,)"
        R"("retain":false,"payloadlen":12,"payload":"say \"hi\"\n\\ \u0001"})"
    );
    EXPECT_TRUE(base::is_json(print("%j")));
}

TEST_F(MessageFormatTest, json_of_bytes_that_are_not_utf8_is_base64) {
    set("\xFF\xFE");
    EXPECT_NE(
        print("%j").find(R"("payload":"//4=","payloadencoding":"base64"})"), std::string::npos
    );
    EXPECT_TRUE(base::is_json(print("%J")));
    set(std::string_view("a\0b", 3));
    EXPECT_NE(print("%j").find(R"("payload":"a\u0000b"})"), std::string::npos);
}

TEST_F(MessageFormatTest, json_takes_a_json_payload_in_as_it_is) {
    set(" { \"a b\" : [ 1.10 , 12345678901234567890123 ] }\n");
    EXPECT_NE(
        print("%J").find(R"("payload":{"a b":[1.10,12345678901234567890123]}})"), std::string::npos
    );
    set("not json");
    EXPECT_NE(print("%J").find(R"("payload":"not json"})"), std::string::npos);
    EXPECT_TRUE(base::is_json(print("%J")));
}

TEST_F(MessageFormatTest, json_has_mid_and_properties_when_they_are_there) {
    packet.qos = mqtt::Qos::exactly_once;
    packet.packet_id = 5;
    PropertyBuilder properties;
    properties.text(PropertyId::content_type, "x\"y");
    properties.text(PropertyId::correlation_data, "\xFF");
    properties.number(PropertyId::subscription_identifier, 1);
    properties.number(PropertyId::subscription_identifier, 2);
    properties.user_property("k", "v").user_property("k", "w");
    packet.properties = properties.list();
    EXPECT_NE(
        print("%j").find(R"("mid":5,"properties":{"content-type":"x\"y","correlation-data":"/w==",)"
                         R"("correlation-data-encoding":"base64","subscription-identifier":[1,2],)"
                         R"("user-properties":[{"k":"v"},{"k":"w"}]},"payload")"),
        std::string::npos
    );
}

TEST_F(MessageFormatTest, pretty_json_has_a_line_for_each_member) {
    set(R"({"a":[],"b":[1,{"c":"{,}"}]})");
    EXPECT_EQ(
        print("%J", true),
        "{\n  \"tst\": \"2023-11-14T23:13:20.000042+0100\",\n"
        "  \"topic\": \"a/b\",\n  \"qos\": 0,\n  \"retain\": false,\n"
        "  \"payloadlen\": 28,\n  \"payload\": {\n    \"a\": [],\n"
        "    \"b\": [\n      1,\n      {\n        \"c\": \"{,}\"\n      }\n"
        "    ]\n  }\n}"
    );
}

TEST_F(MessageFormatTest, mistakes_are_shown_with_their_place) {
    const auto error = [](const std::string& format) {
        return usage_error_of([&] { static_cast<void>(MessageFormat::parse("-F", format)); });
    };
    EXPECT_EQ(error("ab%z"), "-F: unknown field %z (got \"ab%z\", at 3)");
    EXPECT_EQ(error("%5q"), "-F: %q has no width (got \"%5q\", at 1)");
    EXPECT_EQ(error("%.1l"), "-F: %l has no precision (got \"%.1l\", at 1)");
    EXPECT_NE(error("%").find("a field ends too early"), std::string::npos);
    EXPECT_NE(error("%5").find("a field ends too early"), std::string::npos);
    EXPECT_NE(error("\\x").find("unknown escape"), std::string::npos);
    EXPECT_NE(error("\\").find("backslash stands at the end"), std::string::npos);
    EXPECT_NE(error("@").find("@@ prints one"), std::string::npos);
    EXPECT_NE(error("@!").find("unknown time field @!"), std::string::npos);
    EXPECT_NE(error("%.2:t").find("separator belongs to"), std::string::npos);
    EXPECT_NE(error("%99999t").find("at most 10000"), std::string::npos);
}

TEST(JsonText, knows_json_from_other_text) {
    for (const std::string good : {"1", "\"a\"", "null", "[]", " {\"a\":[1,2.5e3,true]} \n"})
        EXPECT_TRUE(base::is_json(good)) << good;
    for (const std::string bad :
         {"", " ", "{", "[1,]", "01", "nul", "1 2", "'a'", "\"\xFF\"", "{a:1}", "[1]x"})
        EXPECT_FALSE(base::is_json(bad)) << bad;
    EXPECT_TRUE(base::is_json(std::string(150, '[') + std::string(150, ']')));
    EXPECT_FALSE(base::is_json(std::string(100000, '[') + std::string(100000, ']')));
}

TEST(JsonText, base64_has_padding) {
    EXPECT_EQ(base::base64(base::as_bytes("")), "");
    EXPECT_EQ(base::base64(base::as_bytes("f")), "Zg==");
    EXPECT_EQ(base::base64(base::as_bytes("fo")), "Zm8=");
    EXPECT_EQ(base::base64(base::as_bytes("foobar")), "Zm9vYmFy");
}

} // namespace
