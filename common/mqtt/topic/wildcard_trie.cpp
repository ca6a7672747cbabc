#include "common/mqtt/topic/wildcard_trie.hpp"

#include "common/base/assert.hpp"

#include <new>

namespace mqtt::topic {

namespace {

/// How many bytes of whole levels a label and the text from an offset on have in common.
std::size_t common_levels(std::string_view label, std::string_view text) {
    std::size_t common = 0;
    for (std::size_t i = 0;; ++i) {
        const bool label_level_ends = i == label.size() || label[i] == '/';
        const bool text_level_ends = i == text.size() || text[i] == '/';
        if (label_level_ends && text_level_ends) common = i;
        if (i == label.size() || i == text.size() || label[i] != text[i]) return common;
    }
}

} // namespace

WildcardTrie::WildcardTrie(const TextPool& filters, const TextHash& hash)
    : filters_{filters}, hash_{hash} {}

Handle WildcardTrie::add_node(Handle parent) {
    static_assert(alignof(Node) <= 8);
    const Handle handle = nodes_.allocate(sizeof(Node));
    ::new (nodes_.at(handle)) Node{};
    node(handle).parent = parent;
    return handle;
}

Handle WildcardTrie::child(Handle parent, std::string_view level) const {
    if (level == "+") return node(parent).plus;
    if (level == "#") return node(parent).rest;
    return literal_child(parent, level);
}

/// Makes a node with parent and label known to its parent.
void WildcardTrie::link(Handle child) {
    Node& parent = node(node(child).parent);
    const std::string_view level = level_at(label(node(child)), 0);
    if (level == "+") {
        parent.plus = child;
    } else if (level == "#") {
        parent.rest = child;
    } else {
        edges_.insert(edge_hash(node(child).parent, level), child);
        ++parent.literals;
        parent.literals_xor ^= child;
    }
}

void WildcardTrie::unlink(Handle child) {
    Node& parent = node(node(child).parent);
    const std::string_view level = level_at(label(node(child)), 0);
    if (level == "+") {
        parent.plus = 0;
    } else if (level == "#") {
        parent.rest = 0;
    } else {
        edges_.erase(edge_hash(node(child).parent, level), child);
        --parent.literals;
        parent.literals_xor ^= child;
    }
}

void WildcardTrie::end_filter(
    Handle at, Handle filter, std::size_t label_at, std::size_t label_size
) {
    Node& last = node(at);
    if (last.own_label != 0) labels_.free(last.own_label);
    last.own_label = 0;
    last.filter = filter;
    last.label_at = static_cast<std::uint16_t>(label_at);
    last.label_size = static_cast<std::uint16_t>(label_size);
}

/// Puts a new node above lower, which takes over the first size bytes of its label; returns it.
Handle WildcardTrie::split(Handle lower, std::size_t size) {
    unlink(lower);
    const Handle upper = add_node(node(lower).parent);
    Node& below = node(lower);
    node(upper).own_label = labels_.create(label(below).substr(0, size));
    if (below.filter != 0) {
        below.label_at = static_cast<std::uint16_t>(below.label_at + size + 1);
        below.label_size = static_cast<std::uint16_t>(below.label_size - size - 1);
    } else {
        const Handle old = below.own_label;
        below.own_label = labels_.create(labels_.text(old).substr(size + 1));
        labels_.free(old);
    }
    below.parent = upper;
    link(upper);
    link(lower);
    return upper;
}

void WildcardTrie::insert(Handle filter) {
    if (root_ == 0) root_ = add_node(0);
    ++size_;
    const std::string_view text = filters_.text(filter);
    Handle at = root_;
    for (std::size_t begin = 0;;) {
        Handle next = child(at, level_at(text, begin));
        if (next == 0) {
            next = add_node(at);
            end_filter(next, filter, begin, text.size() - begin);
            link(next);
            return;
        }
        const std::string_view below = label(node(next));
        const std::size_t common = common_levels(below, text.substr(begin));
        if (common < below.size()) next = split(next, common);
        if (begin + common == text.size()) {
            MIDGE_ASSERT(node(next).filter == 0, "a filter is inserted once");
            end_filter(next, filter, begin, common);
            return;
        }
        at = next;
        begin += common + 1;
    }
}

std::size_t WildcardTrie::count_children(const Node& of) const {
    return of.literals + (of.plus != 0 ? 1U : 0U) + (of.rest != 0 ? 1U : 0U);
}

void WildcardTrie::erase(Handle filter) {
    const std::string_view text = filters_.text(filter);
    Handle at = root_;
    for (std::size_t begin = 0; begin <= text.size();) {
        at = child(at, level_at(text, begin));
        MIDGE_ASSERT(at != 0, "a filter that is erased was inserted");
        begin += label(node(at)).size() + 1;
    }
    Node& last = node(at);
    MIDGE_ASSERT(last.filter == filter, "a filter that is erased was inserted");
    --size_;
    const std::size_t children = count_children(last);
    if (children > 0) {
        last.own_label = labels_.create(label(last));
        last.filter = 0;
        if (children == 1) merge_into_only_child(at);
        return;
    }
    const Handle parent = last.parent;
    unlink(at);
    nodes_.free(at);
    if (parent == root_) {
        if (size_ > 0) return;
        nodes_.free(root_);
        root_ = 0;
    } else if (node(parent).filter == 0 && count_children(node(parent)) == 1) {
        merge_into_only_child(parent);
    }
}

/// Takes a node without filter out: its label goes to its child.
void WildcardTrie::merge_into_only_child(Handle upper) {
    const Node& above = node(upper);
    Handle lower = above.literals_xor;
    if (above.plus != 0) lower = above.plus;
    if (above.rest != 0) lower = above.rest;
    unlink(lower);
    unlink(upper);
    Node& below = node(lower);
    const std::string_view label_above = label(above);
    if (below.filter != 0) {
        below.label_at = static_cast<std::uint16_t>(below.label_at - label_above.size() - 1);
        below.label_size = static_cast<std::uint16_t>(below.label_size + label_above.size() + 1);
    } else {
        const Handle old = below.own_label;
        below.own_label = labels_.create(label_above, "/", labels_.text(old));
        labels_.free(old);
    }
    below.parent = above.parent;
    link(lower);
    labels_.free(above.own_label);
    nodes_.free(upper);
}

} // namespace mqtt::topic
