// What is known of one broker: the latest values of its $SYS tree, rates over the broker's own
// interval, a history, and what happened. Sans-io: time is an argument.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqtt-sysmon/metric.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mqtt_sysmon {

struct Value {
    Kind kind = Kind::text;
    std::string text;
    std::optional<double> number;
    std::optional<double> rate; ///< a second, over the last round; counters only
    std::deque<double> history; ///< a sample a round: rates of counters, values of others
    base::SteadyTime changed{};
    std::optional<double> last_round; ///< number at the end of the round before
};

struct Event {
    base::WallTime when{};
    std::string text;
    bool alarm = false;
};

class BrokerState {
public:
    /// name: for people. history: samples that are kept.
    BrokerState(std::string name, std::size_t history)
        : name_(std::move(name)), history_(history) {}

    [[nodiscard]] const std::string& name() const { return name_; }

    // --- what happens ---

    void on_connected(base::SteadyTime now, base::WallTime wall);
    void on_lost(const std::string& why, base::SteadyTime now, base::WallTime wall);
    /// A topic below $SYS with its payload.
    void on_value(
        std::string_view topic, std::string_view payload, base::SteadyTime now, base::WallTime wall
    );
    /// At least each second. True: a round has ended, and there are new rates.
    bool tick(base::SteadyTime now, base::WallTime wall);

    // --- what is known ---

    [[nodiscard]] const std::map<std::string, Value>& values() const { return values_; }

    /// nullptr: the broker does not say.
    [[nodiscard]] const Value* find(std::string_view name) const;

    [[nodiscard]] const std::deque<Event>& events() const { return events_; }

    [[nodiscard]] bool connected() const { return connected_; }

    /// Why there is no connection; empty: there is one.
    [[nodiscard]] const std::string& problem() const { return problem_; }

    /// The values are not those of now: there is no connection, or three rounds have been missed.
    [[nodiscard]] bool stale(base::SteadyTime now) const;
    /// Seconds since the broker said anything; nullopt: it never did.
    [[nodiscard]] std::optional<double> age(base::SteadyTime now) const;

    /// Ended rounds; the first one has no rates.
    [[nodiscard]] std::uint64_t rounds() const { return rounds_; }

    /// How long the broker takes between two rounds.
    [[nodiscard]] std::optional<std::chrono::duration<double>> interval() const {
        return interval_;
    }

private:
    void end_round(base::WallTime wall);
    void note(base::WallTime wall, std::string text, bool alarm);
    void
    look_for_restart(std::string_view name, const Value& value, double number, base::WallTime wall);

    std::string name_;
    std::size_t history_;
    std::map<std::string, Value> values_;
    std::deque<Event> events_;
    bool connected_ = false;
    std::string problem_ = "not connected yet";
    std::optional<base::SteadyTime> last_message_;
    std::optional<base::SteadyTime> round_began_; ///< messages of a round have come
    std::optional<base::SteadyTime> last_round_;
    std::optional<std::chrono::duration<double>> interval_;
    std::uint64_t rounds_ = 0;
    bool told_stale_ = false;
    bool restarted_ = false; ///< in this round: counters began anew
};

} // namespace mqtt_sysmon
