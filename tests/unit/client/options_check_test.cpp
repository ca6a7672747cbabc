#include "common/client/engine/options_check.hpp"

#include <gtest/gtest.h>

namespace client::engine {
namespace {

using mqtt::ProtocolVersion;

TEST(OptionsCheck, plain_options_have_no_problem) {
    EXPECT_EQ(problem_of(SessionOptions{}), std::nullopt);
}

TEST(OptionsCheck, session_that_lasts_needs_a_name) {
    SessionOptions options;
    options.clean_start = false;
    EXPECT_EQ(problem_of(options), "a session that outlives the connection needs a client id");
    options.client_id = "me";
    EXPECT_EQ(problem_of(options), std::nullopt);
    options.client_id.clear();
    options.version = ProtocolVersion::v5; // the server assigns one
    EXPECT_EQ(problem_of(options), std::nullopt);
    options.version = ProtocolVersion::v31;
    options.clean_start = true;
    EXPECT_EQ(problem_of(options), "MQTT 3.1 needs a client id");
}

TEST(OptionsCheck, password_alone_needs_version_5) {
    SessionOptions options;
    options.password = "x";
    EXPECT_EQ(problem_of(options), "a password without a user name needs MQTT 5.0");
    options.version = ProtocolVersion::v5;
    EXPECT_EQ(problem_of(options), std::nullopt);
}

TEST(OptionsCheck, strings_must_fit_the_wire) {
    SessionOptions options;
    options.client_id = std::string(65536, 'x');
    EXPECT_TRUE(problem_of(options).has_value());
    options.client_id = "bad\xFF";
    EXPECT_TRUE(problem_of(options).has_value());
    options.client_id = "me";
    options.user_name = std::string("a\0b", 3);
    EXPECT_TRUE(problem_of(options).has_value());
    options.user_name = "joe";
    options.password = std::string(65536, 'x');
    EXPECT_EQ(problem_of(options), "the password is longer than 65535 bytes");
}

TEST(OptionsCheck, will_must_be_sendable) {
    SessionOptions options;
    options.will.emplace().topic = "a/#";
    EXPECT_EQ(problem_of(options), "invalid will topic \"a/#\"");
    options.will->topic = "a";
    options.will->payload.resize(65536);
    EXPECT_EQ(problem_of(options), "the will's payload is longer than 65535 bytes");
    options.will->payload.resize(65535);
    EXPECT_EQ(problem_of(options), std::nullopt);
}

TEST(OptionsCheck, keep_alive_has_two_bytes) {
    SessionOptions options;
    options.keep_alive = std::chrono::seconds(65536);
    EXPECT_TRUE(problem_of(options).has_value());
}

} // namespace
} // namespace client::engine
