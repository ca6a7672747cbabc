// The subscriptions of a shard by topic filter, and which of them match a topic. Owned by a shard,
// its thread only. Knows filters and values; never sessions, shared groups or packets.
#pragma once

#include "common/mqtt/topic/topic.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mqtt::topic {

template <typename Value>
class FilterTree {
public:
    Value& operator[](std::string_view filter) {
        const auto found = values_.find(filter);
        return found != values_.end() ? found->second : values_[std::string{filter}];
    }

    [[nodiscard]] Value* find(std::string_view filter) {
        const auto found = values_.find(filter);
        return found == values_.end() ? nullptr : &found->second;
    }

    bool erase(std::string_view filter) {
        const auto found = values_.find(filter);
        if (found == values_.end()) return false;
        values_.erase(found);
        return true;
    }

    [[nodiscard]] std::size_t size() const { return values_.size(); }

    /// visit(Value&) for each filter that matches. [MQTT-4.7.2-1]
    template <typename Visit>
    void match(std::string_view topic, Visit&& visit) {
        for (auto& [filter, value] : values_) {
            if (matches(filter, topic)) visit(value);
        }
    }

    /// visit(std::string_view filter, Value&)
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (auto& [filter, value] : values_)
            visit(std::string_view{filter}, value);
    }

    [[nodiscard]] std::size_t memory_bytes() const { return values_.size() * 100; }

private:
    std::map<std::string, Value, std::less<>> values_;
};

} // namespace mqtt::topic
