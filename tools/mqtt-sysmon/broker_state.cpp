#include "tools/mqtt-sysmon/broker_state.hpp"

#include "common/base/escape.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mqtt_sysmon {

namespace {

constexpr std::chrono::milliseconds round_gap{500}; ///< of silence, after which a round is complete
constexpr std::size_t most_events = 200;
constexpr std::size_t most_values = 5000; ///< of a tree without end
constexpr double missed_rounds = 3;
constexpr std::chrono::seconds unknown_interval{35};

} // namespace

void BrokerState::note(base::WallTime wall, std::string text, bool alarm) {
    events_.push_back({wall, std::move(text), alarm});
    if (events_.size() > most_events) events_.pop_front();
}

void BrokerState::on_connected(base::SteadyTime now, base::WallTime wall) {
    connected_ = true;
    problem_.clear();
    last_message_ = now;
    note(wall, "connected", false);
}

// What was known before is of another time, perhaps of another life of the broker.
void BrokerState::on_lost(const std::string& why, base::SteadyTime /*now*/, base::WallTime wall) {
    if (connected_ || problem_ != why) note(wall, why, true);
    connected_ = false;
    problem_ = why;
    round_began_.reset();
    last_round_.reset();
    for (auto& [name, value] : values_) {
        value.rate.reset();
        value.last_round.reset();
    }
}

void BrokerState::look_for_restart(
    std::string_view name, const Value& value, double number, base::WallTime wall
) {
    const bool is_clock = name == "uptime" || name.ends_with(".uptime");
    const bool grows = is_clock || value.kind == Kind::counter;
    if (!grows || !value.number || number >= *value.number || restarted_) return;
    restarted_ = true;
    note(
        wall,
        is_clock ? "the broker has started anew"
                 : std::string(name) + " went back: the broker has started anew",
        true
    );
}

void BrokerState::on_value(
    std::string_view topic, std::string_view payload, base::SteadyTime now, base::WallTime wall
) {
    if (!round_began_) round_began_ = now;
    last_message_ = now;
    const std::string name = metric_name(topic);
    const auto found = values_.find(name);
    if (found == values_.end() && values_.size() >= most_values) return;
    Value& value = found == values_.end() ? values_[name] : found->second;
    const std::optional<double> number = number_of(payload);
    if (number) look_for_restart(name, value, *number, wall);
    value.kind = kind_of(name, payload);
    value.text = base::escaped(payload);
    value.number = number;
    value.changed = now;
}

bool BrokerState::tick(base::SteadyTime now, base::WallTime wall) {
    const bool is_stale = stale(now);
    if (is_stale && !told_stale_ && connected_)
        note(wall, "nothing has come for too long: the values are old", true);
    if (!is_stale && told_stale_ && connected_) note(wall, "values come again", false);
    told_stale_ = is_stale;
    if (!round_began_ || now - *last_message_ < round_gap) return false;
    end_round(wall);
    return true;
}

// A broker publishes what has changed: what did not come in a round is what it was. The interval is
// the one between the beginnings of two rounds.
void BrokerState::end_round(base::WallTime wall) {
    const base::SteadyTime began = *std::exchange(round_began_, std::nullopt);
    const std::optional<base::SteadyTime> before = std::exchange(last_round_, began);
    const double seconds = before ? std::chrono::duration<double>(began - *before).count() : 0.0;
    if (before) interval_ = began - *before;
    for (auto& [name, value] : values_) {
        value.rate.reset();
        if (!value.number) continue;
        const bool has_rate = value.kind == Kind::counter && value.last_round && seconds > 0;
        if (has_rate && *value.number >= *value.last_round)
            value.rate = (*value.number - *value.last_round) / seconds;
        value.last_round = value.number;
        const std::optional<double> sample =
            value.kind == Kind::counter ? value.rate : value.number;
        if (!sample) continue;
        value.history.push_back(*sample);
        if (value.history.size() > history_) value.history.pop_front();
        const bool drops = name == "publish.messages.dropped" && value.rate.value_or(0) > 0;
        const bool is_news =
            drops && (value.history.size() < 2 || value.history[value.history.size() - 2] <= 0);
        if (is_news) note(wall, "messages are dropped", true);
    }
    restarted_ = false;
    ++rounds_;
}

const Value* BrokerState::find(std::string_view name) const {
    const auto found = values_.find(full_name(name));
    return found == values_.end() ? nullptr : &found->second;
}

bool BrokerState::stale(base::SteadyTime now) const {
    if (!connected_ || !last_message_) return true;
    const std::chrono::duration<double> longest =
        interval_ ? *interval_ * missed_rounds + round_gap : unknown_interval;
    return now - *last_message_ > longest;
}

std::optional<double> BrokerState::age(base::SteadyTime now) const {
    if (values_.empty() || !last_message_) return std::nullopt;
    return std::chrono::duration<double>(now - *last_message_).count();
}

} // namespace mqtt_sysmon
