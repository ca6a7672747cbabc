#include "tools/mqtt-bench/plan/roster.hpp"

#include "common/mqtt/topic/topic.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace bench {

namespace {

constexpr std::uint64_t longest_period = 100'000;

/// All filters of the plan, so that the number of deliveries of a topic costs one look-up and one
/// match for each different wildcard filter.
class Audience {
public:
    explicit Audience(const Roster& roster) {
        for (std::uint32_t i = 0; i < roster.members.size(); ++i) {
            const Member& member = roster.members[i];
            if (member.publishes) continue;
            for (std::uint32_t n = 0; n < member.group->filters_each; ++n) {
                add(member.group->filter.topic(member.index, n), i);
            }
        }
    }

    /// A client whose filters overlap gets the message once.
    [[nodiscard]] std::uint32_t count(const std::string& topic) const {
        std::vector<std::uint32_t> clients;
        std::size_t groups = 0;
        const auto take = [&](const Subscribers& found) {
            clients.insert(clients.end(), found.clients.begin(), found.clients.end());
            groups += found.shared.size();
        };
        if (const auto exact = exact_.find(topic); exact != exact_.end()) take(exact->second);
        std::size_t sources = clients.empty() ? 0 : 1;
        for (const auto& [filter, subscribers] : wildcard_) {
            if (!mqtt::topic::matches(filter, topic)) continue;
            take(subscribers);
            ++sources;
        }
        if (sources > 1) {
            std::sort(clients.begin(), clients.end());
            clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
        }
        return static_cast<std::uint32_t>(clients.size() + groups);
    }

    [[nodiscard]] bool empty() const { return exact_.empty() && wildcard_.empty(); }

private:
    struct Subscribers {
        std::vector<std::uint32_t> clients;
        std::set<std::string> shared; ///< names of groups that share this filter
    };

    void add(const std::string& filter, std::uint32_t client) {
        if (!mqtt::topic::is_shared(filter)) {
            if (!mqtt::topic::is_valid_filter(filter)) {
                throw std::invalid_argument("not a topic filter (got \"" + filter + "\")");
            }
            auto& clients = at(filter).clients;
            if (clients.empty() || clients.back() != client) clients.push_back(client);
            return;
        }
        const auto shared = mqtt::topic::parse_shared(filter);
        if (!shared) throw std::invalid_argument("not a shared filter (got \"" + filter + "\")");
        at(std::string(shared->filter)).shared.emplace(shared->group);
    }

    Subscribers& at(const std::string& filter) {
        return mqtt::topic::has_wildcard(filter) ? wildcard_[filter] : exact_[filter];
    }

    std::unordered_map<std::string, Subscribers> exact_;
    std::map<std::string, Subscribers> wildcard_;
};

void enlist(Roster& roster, const Plan& plan, bool publishers) {
    for (const Group& group : plan.groups) {
        const std::uint32_t count = publishers ? group.publishers : group.subscribers;
        for (std::uint32_t i = 0; i < count; ++i) {
            Member member;
            member.group = &group;
            member.group_index = static_cast<std::uint32_t>(&group - plan.groups.data());
            member.index = i;
            member.publishes = publishers;
            member.client_id = plan.client_prefix + '-' + std::to_string(roster.members.size());
            if (publishers) {
                member.flow = static_cast<std::uint32_t>(roster.publishers.size());
                roster.publishers.push_back(static_cast<std::uint32_t>(roster.members.size()));
            }
            roster.members.push_back(std::move(member));
        }
    }
}

std::vector<std::uint32_t> count_deliveries(const Member& publisher, const Audience& audience) {
    const TopicTemplate& topic = publisher.group->topic;
    const std::uint64_t period = topic.period();
    const bool counts_on = period == 0 || period > longest_period;
    std::vector<std::uint32_t> counts;
    for (std::uint64_t n = 0; n < (counts_on ? 3 : period); ++n) {
        const std::string name = topic.topic(publisher.index, n);
        if (!mqtt::topic::is_valid_name(name)) {
            throw std::invalid_argument("not a topic name (got \"" + name + "\")");
        }
        counts.push_back(audience.empty() ? 0 : audience.count(name));
    }
    const bool alike = std::all_of(counts.begin(), counts.end(), [&](std::uint32_t count) {
        return count == counts.front();
    });
    if (counts_on && !alike) {
        throw std::invalid_argument(
            "topics that count without end cannot be told apart by filters (got \"" + topic.text() +
            "\")"
        );
    }
    if (alike) counts.resize(1);
    return counts;
}

} // namespace

Roster make_roster(const Plan& plan) {
    Roster roster;
    enlist(roster, plan, false);
    enlist(roster, plan, true);
    const Audience audience(roster);
    for (const std::uint32_t index : roster.publishers) {
        roster.deliveries.push_back(count_deliveries(roster.members[index], audience));
    }
    return roster;
}

} // namespace bench
