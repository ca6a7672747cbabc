// One rule: which messages it is for, and everything about its handler. A plain value, filled in by
// the options or by a section of a rules file.
#pragma once

#include "common/cli/message_format.hpp"
#include "tools/mqtt-sub/handlers/backoff.hpp"
#include "tools/mqtt-sub/handlers/command.hpp"
#include "tools/mqtt-sub/handlers/exit_map.hpp"
#include "tools/mqtt-sub/handlers/scheduler.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_sub {

struct Rule {
    std::string name;                 ///< of its section; empty: the one of --exec
    std::vector<std::string> filters; ///< empty: everything that comes
    std::string content_type;         ///< that a message must have; empty: any
    Command command;
    ExitMap exit_map;
    std::optional<std::uint32_t> retries; ///< after the first attempt; nullopt: for ever
    Backoff backoff;
    std::chrono::milliseconds timeout{0}; ///< of one attempt; 0: none
    std::optional<cli::MessageFormat> dead_letter_topic;
    std::string dead_letter_file;
    SchedulerLimits limits;
    bool reply = false; ///< standard output goes to the response topic

    [[nodiscard]] bool has_dead_letters() const {
        return dead_letter_topic.has_value() || !dead_letter_file.empty();
    }
};

} // namespace mqtt_sub
