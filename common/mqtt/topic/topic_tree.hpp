// Values by topic name, and which topics a filter matches: the retained messages of a shard. A
// value knows its topic itself, so that the text is kept once; a hash table finds one topic, an
// ordered index finds those of a filter. Owned by a shard, its thread only. Knows topics and
// values; never messages or packets.
#pragma once

#include "common/mqtt/topic/filter_range.hpp"
#include "common/mqtt/topic/handle_table.hpp"
#include "common/mqtt/topic/ordered_handles.hpp"
#include "common/mqtt/topic/text_hash.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mqtt::topic {

/// TopicOf(value) gives the topic name of a value, which stays the same while it is in the tree.
template <std::movable Value, typename TopicOf>

requires(alignof(Value) <= 8) && std::is_invocable_r_v<std::string_view, TopicOf, const Value&>

    class TopicTree {
public:
    /// seed: random and secret from peers, against topics chosen to collide.
    explicit TopicTree(std::uint64_t seed) : hash_{seed} {}

    TopicTree(const TopicTree&) = delete;
    TopicTree& operator=(const TopicTree&) = delete;

    ~TopicTree() {
        table_.for_each([this](Handle handle) { std::destroy_at(&value(handle)); });
    }

    /// Adds a value, or replaces the one of the same topic.
    void put(Value added) {
        const std::string_view topic = TopicOf{}(added);
        const std::uint64_t hash = hash_(topic);
        if (const Handle found = find_handle(hash, topic); found != 0) {
            value(found) = std::move(added);
            return;
        }
        const Handle handle = values_.allocate(sizeof(Value));
        ::new (values_.at(handle)) Value(std::move(added));
        table_.insert(hash, handle);
        order_.insert(handle, topic_of());
    }

    [[nodiscard]] Value* find(std::string_view topic) {
        const Handle found = find_handle(hash_(topic), topic);
        return found == 0 ? nullptr : &value(found);
    }

    [[nodiscard]] bool contains(std::string_view topic) const {
        return find_handle(hash_(topic), topic) != 0;
    }

    /// topic: may be the text that the value itself holds.
    bool erase(std::string_view topic) {
        const std::uint64_t hash = hash_(topic);
        const Handle found = find_handle(hash, topic);
        if (found == 0) return false;
        order_.erase(found, topic_of());
        table_.erase(hash, found);
        std::destroy_at(&value(found));
        values_.free(found);
        return true;
    }

    [[nodiscard]] std::size_t size() const { return table_.size(); }

    /// Visits the topics a valid filter matches, in order, looking at no more than budget topics a
    /// call: visit(std::string_view topic, Value&), which must not change the tree. cursor is empty
    /// at the start, and again when finished (true); between calls the tree may change.
    template <typename Visit>
    bool walk(std::string_view filter, std::string& cursor, std::size_t budget, Visit&& visit) {
        FilterRange range{filter};
        if (cursor.empty()) cursor = range.first_candidate();
        const auto examine = [&](std::string_view topic, Value& candidate) {
            const FilterRange::Step step = range.examine(topic);
            if (step == FilterRange::Step::matches) visit(topic, candidate);
            return step;
        };
        return walk_from(cursor, budget, range, examine);
    }

    /// The same for all topics, those that begin with '$' included.
    template <typename Visit>
    bool walk_all(std::string& cursor, std::size_t budget, Visit&& visit) {
        FilterRange everything{{}};
        const auto take = [&](std::string_view topic, Value& candidate) {
            visit(topic, candidate);
            return FilterRange::Step::go_on;
        };
        return walk_from(cursor, budget, everything, take);
    }

    /// visit(std::string_view topic, Value&), in no useful order; must not change the tree.
    template <typename Visit>
    void for_each(Visit&& visit) {
        table_.for_each([&](Handle handle) {
            visit(std::string_view{TopicOf{}(value(handle))}, value(handle));
        });
    }

    /// Bytes taken from the allocator, values included, what they point to not.
    [[nodiscard]] std::size_t memory_bytes() const {
        return values_.memory_bytes() + table_.memory_bytes() + order_.memory_bytes();
    }

private:
    using Position = OrderedHandles::Position;

    [[nodiscard]] Value& value(Handle handle) const {
        return *std::launder(reinterpret_cast<Value*>(values_.at(handle)));
    }

    [[nodiscard]] auto topic_of() const {
        return [this](Handle handle) -> std::string_view {
            return TopicOf{}(value(handle));
        };
    }

    [[nodiscard]] Handle find_handle(std::uint64_t hash, std::string_view topic) const {
        return table_.find(hash, [&](Handle handle) { return TopicOf{}(value(handle)) == topic; });
    }

    /// cursor: no topic before it is looked at.
    template <typename Examine>
    bool walk_from(
        std::string& cursor, std::size_t budget, const FilterRange& range, Examine&& examine
    ) {
        Position at = order_.lower_bound(cursor, topic_of());
        FilterRange::Step step = FilterRange::Step::go_on;
        std::string_view last;
        for (; !order_.is_end(at) && step != FilterRange::Step::end && budget > 0; --budget) {
            Value& candidate = value(order_.handle(at));
            last = TopicOf{}(candidate);
            step = examine(last, candidate);
            at = step == FilterRange::Step::seek
                     ? order_.lower_bound_from(at, range.seek_target(), topic_of())
                     : order_.following(at);
        }
        if (order_.is_end(at) || step == FilterRange::Step::end) {
            cursor.clear();
            return true;
        }
        if (step == FilterRange::Step::seek) {
            cursor = range.seek_target();
        } else if (!last.empty()) {
            cursor.assign(last).push_back('/'); // nothing sorts between a topic and this
        }
        return false;
    }

    TextHash hash_;
    BlockPool values_;
    HandleTable table_;
    OrderedHandles order_;
};

} // namespace mqtt::topic
