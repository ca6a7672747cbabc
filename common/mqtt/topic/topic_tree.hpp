// Values by topic name, and which topics a filter matches: the retained messages of a shard. Owned
// by a shard, its thread only. Knows topics and values; never messages or packets.
#pragma once

#include "common/mqtt/topic/topic.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mqtt::topic {

template <typename Value>
class TopicTree {
public:
    Value& operator[](std::string_view topic) {
        const auto found = values_.find(topic);
        return found != values_.end() ? found->second : values_[std::string{topic}];
    }

    [[nodiscard]] Value* find(std::string_view topic) {
        const auto found = values_.find(topic);
        return found == values_.end() ? nullptr : &found->second;
    }

    bool erase(std::string_view topic) {
        const auto found = values_.find(topic);
        if (found == values_.end()) return false;
        values_.erase(found);
        return true;
    }

    [[nodiscard]] std::size_t size() const { return values_.size(); }

    /// Visits the topics a filter matches, at most budget nodes a call: visit(std::string_view
    /// topic, Value&). cursor is empty at the start, and again when finished (true). Stable under
    /// changes between calls.
    template <typename Visit>
    bool walk(std::string_view filter, std::string& cursor, std::size_t budget, Visit&& visit) {
        for (auto at = values_.upper_bound(cursor); at != values_.end(); ++at) {
            if (budget-- == 0) return false;
            if (matches(filter, at->first)) visit(std::string_view{at->first}, at->second);
            cursor = at->first;
        }
        cursor.clear();
        return true;
    }

    /// visit(std::string_view topic, Value&)
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (auto& [topic, value] : values_)
            visit(std::string_view{topic}, value);
    }

private:
    std::map<std::string, Value, std::less<>> values_;
};

} // namespace mqtt::topic
