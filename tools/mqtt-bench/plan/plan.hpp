// What a run shall do, as the command line or a scenario file says it: groups of clients that are
// alike, and what holds for all of them. Plain values; written before the threads start, read by
// all.
#pragma once

#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqtt-bench/plan/payload_size.hpp"
#include "tools/mqtt-bench/plan/topic_template.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

struct Group {
    std::string name;
    std::uint32_t publishers = 0;
    std::uint32_t subscribers = 0;
    TopicTemplate topic;            ///< of publishers
    TopicTemplate filter;           ///< of subscribers; {n} counts the filters of one
    std::uint32_t filters_each = 1; ///< filters of one subscriber
    mqtt::Qos qos = mqtt::Qos::at_most_once;
    bool retain = false;
    bool keeps_session = false;  ///< the broker keeps the sessions of the subscribers
    bool delivers_later = false; ///< subscribers are not there while it publishes
    PayloadSize payload;
    double rate = 0;            ///< messages a second, all publishers together; 0 = closed loop
    std::uint32_t window = 256; ///< of each publisher: messages not yet delivered, or acknowledged
    std::uint64_t messages = 0; ///< of each publisher; 0 = until the time is over
};

struct Target {
    std::string host = "localhost";
    std::uint16_t port = 1883;
    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v311;
    std::optional<std::string> user_name;
    std::optional<std::string> password;
    std::uint16_t keep_alive = 0;              ///< seconds; 0 = off
    std::vector<std::string> source_addresses; ///< taken in turn; empty = the system's choice
};

struct Plan {
    Target target;
    std::vector<Group> groups;
    std::string client_prefix = "bench";
    unsigned threads = 1;
    bool spin = false;       ///< never sleep in the event loops
    double connect_rate = 0; ///< connections a second; 0 = as fast as they are answered
    std::chrono::nanoseconds warm_up = std::chrono::seconds(1);
    std::chrono::nanoseconds duration = std::chrono::seconds(5);
    std::chrono::nanoseconds patience = std::chrono::seconds(3); ///< without any progress
};

} // namespace bench
