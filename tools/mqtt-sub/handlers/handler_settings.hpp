// What mqtt-sub was asked to do with messages instead of printing them. A plain value.
#pragma once

#include "tools/mqtt-sub/handlers/choose_rules.hpp"
#include "tools/mqtt-sub/handlers/rule.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace mqtt_sub {

struct HandlerSettings {
    std::vector<Rule> rules; ///< empty: messages are printed
    Match match = Match::all;
    std::string rules_file;   ///< read again on SIGHUP; empty: the rule of --exec
    std::string state_folder; ///< of AttemptStore; empty: none
    std::string state_scope;  ///< the client and its server, which may share a folder with others
    std::size_t max_waiting = 1000;          ///< messages that are not done; then QoS 0 is dropped
    std::chrono::milliseconds grace{10'000}; ///< for running handlers at the end
    std::string stats_topic;                 ///< empty: none

    [[nodiscard]] bool on() const { return !rules.empty(); }
};

} // namespace mqtt_sub
