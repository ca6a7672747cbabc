#include "common/cli/error.hpp"
#include "tests/unit/sysmon/script.hpp"
#include "tools/mqtt-sysmon/check.hpp"

#include <gtest/gtest.h>

namespace mqtt_sysmon {
namespace {

class ConditionTest : public testing::Test {
protected:
    ConditionTest() {
        script.round(
            {{"uptime", "1 seconds"},
             {"publish/messages/dropped", "0"},
             {"clients/connected", "17"}}
        );
        script.wait();
        script.round({{"uptime", "11 seconds"}, {"publish/messages/dropped", "35"}});
    }

    std::optional<bool> holds(const char* text) {
        return Condition::parse("--check", text).holds(script.state);
    }

    Script script;
};

TEST_F(ConditionTest, compares_values_and_rates) {
    EXPECT_EQ(holds("dropped.rate>0"), true);
    EXPECT_EQ(holds("dropped.rate > 3.5"), false);
    EXPECT_EQ(holds("dropped.rate>=3.5"), true);
    EXPECT_EQ(holds("clients<17"), false);
    EXPECT_EQ(holds("clients<=17"), true);
    EXPECT_EQ(holds("clients==17"), true);
    EXPECT_EQ(holds("clients.connected!=17"), false);
    EXPECT_EQ(
        Condition::parse("--check", "dropped.rate>0").found(script.state),
        "publish.messages.dropped.rate is 3.5"
    );
}

TEST_F(ConditionTest, what_the_broker_does_not_say_is_not_known) {
    EXPECT_EQ(holds("bridges>0"), std::nullopt);
    EXPECT_EQ(holds("clients.rate>0"), std::nullopt);
    EXPECT_EQ(
        Condition::parse("--check", "bridges>0").found(script.state),
        "the broker does not publish bridges"
    );
}

TEST_F(ConditionTest, anything_else_is_refused) {
    for (const char* wrong :
         {"", "clients", "clients>", ">5", "clients>x", "clients=>5", "clients>5 and"})
        EXPECT_THROW((void)Condition::parse("--check", wrong), cli::UsageError) << wrong;
}

} // namespace
} // namespace mqtt_sysmon
