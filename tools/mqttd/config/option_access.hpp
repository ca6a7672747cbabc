// Makes the Access of an option from a path of member pointers: assign from a parsed value, copy
// between two configurations, show as text. For the option table only.
#pragma once

#include "tools/mqttd/config/option.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace mqttd::access {

template <auto First, auto... Rest>
constexpr auto& reach(auto& owner) {
    if constexpr (sizeof...(Rest) == 0) {
        return owner.*First;
    } else {
        return reach<Rest...>(owner.*First);
    }
}

template <typename Member>
concept Number = std::is_integral_v<Member> || std::is_enum_v<Member>;

template <Number Member>
void store(Member& member, const Value& value) {
    member = static_cast<Member>(value.number);
}

template <typename Rep, typename Period>
void store(std::chrono::duration<Rep, Period>& member, const Value& value) {
    member = std::chrono::duration<Rep, Period>(value.number);
}

inline void store(std::string& member, const Value& value) {
    member = value.text;
}

inline void store(std::vector<std::string>& member, const Value& value) {
    member.assign(1, value.text);
}

template <typename Member>
void store(std::optional<Member>& member, const Value& value) {
    store(member.emplace(), value);
}

template <Number Member>
std::string show(const Member& member) {
    if constexpr (std::is_same_v<Member, bool>) {
        return member ? "true" : "false";
    } else if constexpr (std::is_enum_v<Member>) {
        return std::to_string(static_cast<unsigned>(member));
    } else {
        return std::to_string(member);
    }
}

template <typename Rep, typename Period>
std::string show(const std::chrono::duration<Rep, Period>& member) {
    return std::to_string(member.count());
}

inline std::string show(const std::string& member) {
    return member;
}

inline std::string show(const std::vector<std::string>& member) {
    std::string text;
    for (const std::string& word : member)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

template <typename Member>
std::string show(const std::optional<Member>& member) {
    return member ? show(*member) : std::string{};
}

template <typename Owner, auto... Path>
constexpr Access<Owner> make() {
    return {
        .assign = [](Owner& owner, const Value& value) { store(reach<Path...>(owner), value); },
        .copy = [](Owner& to, const Owner& from) { reach<Path...>(to) = reach<Path...>(from); },
        .show = [](const Owner& owner) { return show(reach<Path...>(owner)); },
    };
}

/// of_broker<&BrokerConfig::limits, &LimitConfig::max_keepalive>()
template <auto... Path>
constexpr Access<BrokerConfig> of_broker() {
    return make<BrokerConfig, Path...>();
}

template <auto Member>
constexpr Access<BrokerConfig> of_limits() {
    return make<BrokerConfig, &BrokerConfig::limits, Member>();
}

template <auto Member>
constexpr Access<BrokerConfig> of_log() {
    return make<BrokerConfig, &BrokerConfig::log, Member>();
}

template <auto Member>
constexpr Access<ListenerConfig> of_listener() {
    return make<ListenerConfig, Member>();
}

template <auto Member>
constexpr Access<ListenerConfig> of_tls() {
    return make<ListenerConfig, &ListenerConfig::tls, Member>();
}

} // namespace mqttd::access
