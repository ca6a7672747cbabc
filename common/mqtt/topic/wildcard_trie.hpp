// The filters with wildcards, as a tree of levels: which of them match a topic. A chain of levels
// without branches is one node, whose label is a slice of a filter's text; the literal children of
// all nodes are in one hash table. So a walk sees only what the topic leads to, and a filter costs
// a node of 32 bytes and two slots besides its text. Owned by a FilterTree, which owns the texts.
#pragma once

#include "common/mqtt/topic/handle_table.hpp"
#include "common/mqtt/topic/text_hash.hpp"
#include "common/mqtt/topic/text_pool.hpp"
#include "common/mqtt/topic/walk_stack.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mqtt::topic {

class WildcardTrie {
public:
    /// Both must outlive the trie.
    WildcardTrie(const TextPool& filters, const TextHash& hash);
    WildcardTrie(const WildcardTrie&) = delete;
    WildcardTrie& operator=(const WildcardTrie&) = delete;
    ~WildcardTrie() = default;

    /// Precondition: a valid filter of the pool, not in the trie.
    void insert(Handle filter);
    /// Precondition: in the trie, its text not yet freed.
    void erase(Handle filter);

    [[nodiscard]] bool empty() const { return size_ == 0; }

    /// visit(Handle) for each filter that matches a valid topic name, `$` rule included; must not
    /// insert or erase. No recursion, however many levels. [MQTT-4.7.2-1]
    template <typename Visit>
    void match(std::string_view topic, Visit&& visit) const;

    [[nodiscard]] std::size_t memory_bytes() const {
        return nodes_.memory_bytes() + labels_.memory_bytes() + edges_.memory_bytes();
    }

private:
    /// A node without a filter has at least two children. The root has no label, and stays while
    /// there are filters.
    struct Node {
        Handle parent = 0;
        Handle plus = 0;            ///< the child whose label begins with '+'
        Handle rest = 0;            ///< the child whose label is '#'
        std::uint32_t literals = 0; ///< number of the other children, which are in edges_,
        Handle literals_xor = 0;    ///< and all their handles combined: the last one left
        Handle filter = 0;          ///< the one that ends here
        Handle own_label = 0;       ///< the label when no filter ends here
        std::uint16_t label_at = 0; ///< where the label begins in the filter's text
        std::uint16_t label_size = 0;
    };

    /// A node reached, and where the next level of the topic begins; one past the end: none left.
    struct Visited {
        Handle node;
        std::uint32_t next;
    };

    enum class Follow : std::uint8_t { failed, passed, all };

    [[nodiscard]] Node& node(Handle handle) const {
        return *reinterpret_cast<Node*>(nodes_.at(handle));
    }

    [[nodiscard]] std::string_view label(const Node& of) const {
        if (of.filter == 0) return labels_.text(of.own_label);
        return filters_.text(of.filter).substr(of.label_at, of.label_size);
    }

    [[nodiscard]] std::uint64_t edge_hash(Handle parent, std::string_view level) const {
        return hash_.pair(hash_(level), parent);
    }

    [[nodiscard]] Handle literal_child(Handle parent, std::string_view level) const;
    [[nodiscard]] Handle child(Handle parent, std::string_view level) const;
    [[nodiscard]] static Follow
    follow(std::string_view label, std::string_view topic, std::uint32_t& next);

    Handle add_node(Handle parent);
    void link(Handle child);
    void unlink(Handle child);
    Handle split(Handle lower, std::size_t size);
    void end_filter(Handle at, Handle filter, std::size_t label_at, std::size_t label_size);
    void merge_into_only_child(Handle upper);
    [[nodiscard]] std::size_t count_children(const Node& of) const;

    const TextPool& filters_;
    const TextHash& hash_;
    BlockPool nodes_;
    TextPool labels_{0};
    HandleTable edges_;
    Handle root_ = 0;
    std::size_t size_ = 0;
};

/// The level that begins at an offset, without its '/'.
[[nodiscard]] inline std::string_view level_at(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    while (end < text.size() && text[end] != '/')
        ++end;
    return text.substr(begin, end - begin);
}

inline Handle WildcardTrie::literal_child(Handle parent, std::string_view level) const {
    return edges_.find(edge_hash(parent, level), [&](Handle handle) {
        const Node& candidate = node(handle);
        if (candidate.parent != parent) return false;
        const std::string_view text = label(candidate);
        return text.starts_with(level) &&
               (text.size() == level.size() || text[level.size()] == '/');
    });
}

/// Compares a label with the topic from next on, which is then where the topic goes on. all: the
/// label ends in '#', and the topic matches whatever follows. Precondition: there is a level at
/// next.
inline WildcardTrie::Follow
WildcardTrie::follow(std::string_view label, std::string_view topic, std::uint32_t& next) {
    std::size_t at = next;
    for (std::size_t i = 0; i < label.size(); ++i) {
        if (label[i] == '+') {
            while (at < topic.size() && topic[at] != '/')
                ++at;
            continue;
        }
        if (label[i] == '#') return Follow::all;
        if (at == topic.size()) {
            // The parent level matches too. [MQTT-4.7.1-2]
            return label.substr(i) == "/#" ? Follow::all : Follow::failed;
        }
        if (label[i] != topic[at]) return Follow::failed;
        ++at;
    }
    if (at < topic.size() && topic[at] != '/') return Follow::failed;
    next = static_cast<std::uint32_t>(at + 1);
    return Follow::passed;
}

/// The levels of a topic with their hashes, each worked out when a walk first needs it.
class TopicLevels {
public:
    TopicLevels(std::string_view topic, const TextHash& hash) : topic_{topic}, hash_{hash} {}

    /// begin: where the level begins.
    [[nodiscard]] std::uint64_t hash_at(std::uint32_t begin) {
        Known& known = known_[begin % known_.size()];
        if (known.begin != begin) known = {begin, hash_(level_at(topic_, begin))};
        return known.hash;
    }

private:
    struct Known {
        std::uint32_t begin = UINT32_MAX;
        std::uint64_t hash = 0;
    };

    std::string_view topic_;
    const TextHash& hash_;
    std::array<Known, 32> known_{};
};

template <typename Visit>
void WildcardTrie::match(std::string_view topic, Visit&& visit) const {
    if (size_ == 0) return;
    WalkStack<Visited> open;
    TopicLevels levels{topic, hash_};
    const auto enter = [&](Handle handle, std::uint32_t next) {
        const Node& entered = node(handle);
        const Follow outcome = follow(label(entered), topic, next);
        if (outcome == Follow::all) {
            visit(entered.filter);
        } else if (outcome == Follow::passed) {
            open.push({handle, next});
        }
        return outcome != Follow::failed;
    };
    const bool is_hidden = topic.starts_with('$'); // [MQTT-4.7.2-1]
    open.push({root_, 0});
    while (!open.empty()) {
        const Visited at = open.pop();
        const Node& here = node(at.node);
        const bool wildcard_allowed = at.node != root_ || !is_hidden;
        if (here.rest != 0 && wildcard_allowed) visit(node(here.rest).filter);
        if (at.next > topic.size()) {
            if (here.filter != 0) visit(here.filter);
            continue;
        }
        if (here.plus != 0 && wildcard_allowed) enter(here.plus, at.next);
        if (here.literals == 0) continue;
        // The whole label is compared at once: no other child begins with the same level.
        static_cast<void>(edges_.find(
            hash_.pair(levels.hash_at(at.next), at.node),
            [&](Handle handle) { return node(handle).parent == at.node && enter(handle, at.next); }
        ));
    }
}

} // namespace mqtt::topic
