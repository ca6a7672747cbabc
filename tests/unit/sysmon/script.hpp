// A broker that says what a test wants, with time moved by hand.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqtt-sysmon/broker_state.hpp"

#include <initializer_list>
#include <string>
#include <utility>

namespace mqtt_sysmon {

struct Script {
    Script() { state.on_connected(clock.now(), clock.wall_now()); }

    using Said = std::pair<std::string, std::string>;

    /// A round at this moment: topics below $SYS/broker/ with their values. Its end is half a
    /// second later.
    void round(std::initializer_list<Said> values) {
        for (const auto& [topic, value] : values)
            state.on_value("$SYS/broker/" + topic, value, clock.now(), clock.wall_now());
        pass(std::chrono::milliseconds(600));
    }

    void pass(std::chrono::milliseconds time) {
        clock.advance(time);
        state.tick(clock.now(), clock.wall_now());
    }

    /// To the next round, ten seconds after the one before.
    void wait() { pass(std::chrono::milliseconds(9400)); }

    base::ManualClock clock;
    BrokerState state{"broker:1883", 300};
};

} // namespace mqtt_sysmon
