// Every client of a plan with its number, and for every publisher how many deliveries one of its
// messages must cause: worked out once from the topics and filters, so that loss can be told
// without asking the broker. Built before the threads start, then only read.
#pragma once

#include "tools/mqtt-bench/plan/plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Member {
    const Group* group = nullptr;
    std::uint32_t group_index = 0;
    std::uint32_t index = 0; ///< in its group and role
    bool publishes = false;
    std::uint32_t flow = 0; ///< of a publisher: its number among all publishers
    std::string client_id;
};

struct Roster {
    std::vector<Member> members;           ///< subscribers first
    std::vector<std::uint32_t> publishers; ///< by flow: the index of the member

    /// By flow and number of the message modulo the size: how many deliveries it must cause.
    std::vector<std::vector<std::uint32_t>> deliveries;

    [[nodiscard]] std::uint32_t deliveries_of(std::uint32_t flow, std::uint64_t message) const {
        const auto& counts = deliveries[flow];
        return counts.size() == 1 ? counts.front() : counts[message % counts.size()];
    }
};

/// The plan must outlive the roster. Throws std::invalid_argument for an illegal topic or filter,
/// and for topics that count without end when filters tell some of them apart.
[[nodiscard]] Roster make_roster(const Plan& plan);

} // namespace bench
