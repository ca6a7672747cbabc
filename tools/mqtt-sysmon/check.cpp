#include "tools/mqtt-sysmon/check.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "tools/mqtt-sysmon/numbers.hpp"

#include <array>
#include <utility>

namespace mqtt_sysmon {

Condition Condition::parse(std::string_view name, std::string_view text) {
    using enum Operator;
    // Longer ones first: ">=" begins with ">".
    constexpr std::array<std::pair<std::string_view, Operator>, 6> operators{
        {{">=", at_least},
         {"<=", at_most},
         {"==", equal},
         {"!=", unequal},
         {">", greater},
         {"<", less}}};
    Condition condition;
    condition.text_ = text;
    for (const auto& [word, kind] : operators) {
        const std::size_t at = text.find(word);
        if (at == std::string_view::npos || at == 0) continue;
        std::string_view metric = text.substr(0, at);
        while (metric.ends_with(' '))
            metric.remove_suffix(1);
        std::string_view bound = text.substr(at + word.size());
        while (bound.starts_with(' '))
            bound.remove_prefix(1);
        const auto number = number_of(bound);
        const bool is_name = metric.find_first_of(" =!<>") == std::string_view::npos;
        if (!is_name || !number || bound.find(' ') != std::string_view::npos) break;
        constexpr std::string_view rate = ".rate";
        condition.rate_ = metric.ends_with(rate);
        if (condition.rate_) metric.remove_suffix(rate.size());
        condition.metric_ = full_name(metric);
        condition.operator_ = kind;
        condition.bound_ = *number;
        return condition;
    }
    throw cli::UsageError(
        std::string(name) + " needs a condition (got " + base::in_quotes(text) + ")",
        "NAME, one of > >= < <= == !=, and a number: 'dropped.rate>0'"
    );
}

std::optional<double> Condition::value_of(const BrokerState& broker) const {
    const Value* const value = broker.find(metric_);
    if (value == nullptr) return std::nullopt;
    return rate_ ? value->rate : value->number;
}

std::optional<bool> Condition::holds(const BrokerState& broker) const {
    const auto value = value_of(broker);
    if (!value) return std::nullopt;
    switch (operator_) {
    case Operator::greater:
        return *value > bound_;
    case Operator::at_least:
        return *value >= bound_;
    case Operator::less:
        return *value < bound_;
    case Operator::at_most:
        return *value <= bound_;
    case Operator::equal:
        return *value == bound_;
    case Operator::unequal:
        return *value != bound_;
    }
    return std::nullopt;
}

std::string Condition::found(const BrokerState& broker) const {
    const auto value = value_of(broker);
    const std::string name = metric_ + (rate_ ? ".rate" : "");
    if (value) return name + " is " + plain_number(*value);
    return broker.find(metric_) == nullptr ? "the broker does not publish " + metric_
                                           : name + " is not known";
}

namespace {

/// Something that is wrong for sure is worse than something that is not known.
int weight(std::uint8_t code) {
    return code == plugin_critical ? plugin_unknown + 1 : code;
}

class Check {
public:
    Check(base::SteadyTime now, bool names_brokers) : now_(now), names_brokers_(names_brokers) {}

    /// status: when the condition holds.
    void look(const BrokerState& broker, const Condition& condition, std::uint8_t status) {
        const bool stale = broker.stale(now_);
        const auto holds = stale ? std::nullopt : condition.holds(broker);
        std::uint8_t code = plugin_unknown;
        if (holds) code = *holds ? status : 0;
        if (weight(code) > weight(result_.code)) result_.code = code;
        if (!said_.empty()) said_ += ", ";
        if (names_brokers_) said_ += broker.name() + ": ";
        said_ += stale ? why_stale(broker) : condition.found(broker);
        if (holds.value_or(false)) said_ += " (" + condition.text() + ")";
    }

    PluginResult result() {
        constexpr std::array<const char*, 4> words{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
        result_.text = words.at(result_.code) + (": " + said_);
        return std::move(result_);
    }

private:
    static std::string why_stale(const BrokerState& broker) {
        return broker.problem().empty() ? "no current values" : broker.problem();
    }

    base::SteadyTime now_;
    bool names_brokers_;
    PluginResult result_;
    std::string said_;
};

} // namespace

PluginResult check_brokers(
    const std::vector<const BrokerState*>& brokers,
    const std::vector<Condition>& critical,
    const std::vector<Condition>& warning,
    base::SteadyTime now
) {
    Check check(now, brokers.size() > 1);
    for (const BrokerState* const broker : brokers) {
        for (const Condition& condition : critical)
            check.look(*broker, condition, plugin_critical);
        for (const Condition& condition : warning)
            check.look(*broker, condition, plugin_warning);
    }
    return check.result();
}

} // namespace mqtt_sysmon
