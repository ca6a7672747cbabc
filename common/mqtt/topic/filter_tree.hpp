// The subscriptions of a shard by topic filter, and which of them match a topic: one hash table of
// all filters, which answers for those without wildcards in one look, and a trie of those with
// wildcards. Owned by a shard, its thread only. Knows filters and values; never sessions, shared
// groups or packets.
#pragma once

#include "common/mqtt/topic/handle_table.hpp"
#include "common/mqtt/topic/text_hash.hpp"
#include "common/mqtt/topic/text_pool.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "common/mqtt/topic/wildcard_trie.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

namespace mqtt::topic {

/// Names a filter of one tree in 32 bits for as long as it is in the tree.
enum class FilterId : Handle {};

template <std::default_initializable Value>

requires(alignof(Value) <= 8)

    class FilterTree {
public:
    /// seed: random and secret from peers, against filters chosen to collide.
    explicit FilterTree(std::uint64_t seed) : hash_{seed} {}

    FilterTree(const FilterTree&) = delete;
    FilterTree& operator=(const FilterTree&) = delete;

    ~FilterTree() {
        table_.for_each([this](Handle handle) { std::destroy_at(&value(FilterId{handle})); });
    }

    /// Adds a valid filter with an empty value, unless it is there.
    FilterId add(std::string_view filter) {
        const std::uint64_t hash = hash_(filter);
        const Handle found = find_handle(hash, filter);
        if (found != 0) return FilterId{found};
        const Handle handle = filters_.create(filter);
        ::new (filters_.value(handle)) Value();
        table_.insert(hash, handle);
        if (has_wildcard(filter)) wildcards_.insert(handle);
        ++generation_;
        return FilterId{handle};
    }

    Value& operator[](std::string_view filter) { return value(add(filter)); }

    /// nullptr: not in the tree. Values stay where they are until erased.
    [[nodiscard]] Value* find(std::string_view filter) {
        const Handle found = find_handle(hash_(filter), filter);
        return found == 0 ? nullptr : &value(FilterId{found});
    }

    [[nodiscard]] std::optional<FilterId> id_of(std::string_view filter) const {
        const Handle found = find_handle(hash_(filter), filter);
        return found == 0 ? std::nullopt : std::optional{FilterId{found}};
    }

    /// Precondition for the three: the id's filter is in the tree.
    [[nodiscard]] Value& value(FilterId id) {
        return *std::launder(reinterpret_cast<Value*>(filters_.value(static_cast<Handle>(id))));
    }

    /// Valid until erased.
    [[nodiscard]] std::string_view text(FilterId id) const {
        return filters_.text(static_cast<Handle>(id));
    }

    void erase(FilterId id) {
        const auto handle = static_cast<Handle>(id);
        const std::string_view filter = filters_.text(handle);
        if (has_wildcard(filter)) wildcards_.erase(handle);
        table_.erase(hash_(filter), handle);
        std::destroy_at(&value(id));
        filters_.free(handle);
        ++generation_;
    }

    bool erase(std::string_view filter) {
        const Handle found = find_handle(hash_(filter), filter);
        if (found == 0) return false;
        erase(FilterId{found});
        return true;
    }

    [[nodiscard]] std::size_t size() const { return table_.size(); }

    /// Another number whenever a filter has come or gone: what matched a topic then matches it
    /// still, and nothing else does, while it stays the same. Never 0.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

    /// visit(Value&) for each filter that matches a valid topic name, the one equal to it first;
    /// must not add or erase. [MQTT-4.7.2-1]
    template <typename Visit>
    void match(std::string_view topic, Visit&& visit) {
        const Handle equal = find_handle(hash_(topic), topic);
        if (equal != 0) visit(value(FilterId{equal}));
        wildcards_.match(topic, [&](Handle handle) { visit(value(FilterId{handle})); });
    }

    /// visit(std::string_view filter, Value&), in no useful order; must not add or erase.
    template <typename Visit>
    void for_each(Visit&& visit) {
        table_.for_each([&](Handle handle) {
            visit(filters_.text(handle), value(FilterId{handle}));
        });
    }

    /// Bytes taken from the allocator, values included, what they point to not.
    [[nodiscard]] std::size_t memory_bytes() const {
        return filters_.memory_bytes() + table_.memory_bytes() + wildcards_.memory_bytes();
    }

private:
    [[nodiscard]] Handle find_handle(std::uint64_t hash, std::string_view filter) const {
        return table_.find(hash, [&](Handle handle) { return filters_.text(handle) == filter; });
    }

    std::uint64_t generation_ = 1;
    TextHash hash_;
    TextPool filters_{sizeof(Value)};
    HandleTable table_;
    WildcardTrie wildcards_{filters_, hash_};
};

} // namespace mqtt::topic
