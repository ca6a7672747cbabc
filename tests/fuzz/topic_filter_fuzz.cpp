// Topics and filters, a line each. What is valid goes into the trees; every topic must lead to
// exactly the filters that the rule names, and every filter to its topics, while filters come and
// go. A line that begins with '-' takes the rest of it out again.
#include "common/base/assert.hpp"
#include "common/mqtt/topic/filter_tree.hpp"
#include "common/mqtt/topic/topic_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace mqtt::topic;

struct TopicOf {
    std::string_view operator()(const std::string& topic) const { return topic; }
};

constexpr std::size_t max_lines = 64; // the check is quadratic

class Trees {
public:
    void take(std::string_view line) {
        check_shared(line);
        const bool is_removal = line.starts_with('-');
        const std::string text{line.substr(is_removal ? 1 : 0)};
        if (is_valid_name(text)) take_topic(text, is_removal);
        if (is_valid_filter(text)) take_filter(text, is_removal);
    }

    void check() {
        for (const std::string& topic : topics_)
            check_topic(topic);
        for (const std::string& filter : filters_)
            check_filter(filter);
    }

    void clear() {
        for (const std::string& filter : filters_)
            MIDGE_ASSERT(filter_tree_.erase(filter), "what was added is there");
        for (const std::string& topic : topics_)
            MIDGE_ASSERT(topic_tree_.erase(topic), "what was added is there");
        MIDGE_ASSERT(filter_tree_.memory_bytes() == 0, "memory is returned");
        MIDGE_ASSERT(topic_tree_.memory_bytes() == 0, "memory is returned");
    }

private:
    static void check_shared(std::string_view line) {
        const auto parts = parse_shared(line);
        if (!parts) return;
        MIDGE_ASSERT(is_shared(line) && is_valid_filter(parts->filter), "its filter is valid");
        MIDGE_ASSERT(!parts->group.empty() && !has_wildcard(parts->group), "its group is a name");
    }

    void take_topic(const std::string& topic, bool is_removal) {
        if (is_removal) {
            MIDGE_ASSERT(
                topic_tree_.erase(topic) == (topics_.erase(topic) == 1), "the same topics"
            );
        } else {
            topic_tree_.put(topic);
            topics_.insert(topic);
        }
    }

    void take_filter(const std::string& filter, bool is_removal) {
        if (is_removal) {
            MIDGE_ASSERT(filter_tree_.erase(filter) == (filters_.erase(filter) == 1), "the same");
        } else {
            filter_tree_[filter] = filter;
            filters_.insert(filter);
        }
    }

    void check_topic(const std::string& topic) {
        std::set<std::string> found;
        filter_tree_.match(topic, [&](const std::string& filter) {
            MIDGE_ASSERT(found.insert(filter).second, "each filter once");
            MIDGE_ASSERT(matches(filter, topic), "only filters that match");
        });
        for (const std::string& filter : filters_)
            MIDGE_ASSERT(found.contains(filter) == matches(filter, topic), "all that match");
    }

    void check_filter(const std::string& filter) {
        std::set<std::string> found;
        std::string cursor;
        const auto visit = [&](std::string_view topic, const std::string&) {
            MIDGE_ASSERT(found.emplace(topic).second, "each topic once");
        };
        while (!topic_tree_.walk(filter, cursor, 2, visit)) {
        }
        for (const std::string& topic : topics_)
            MIDGE_ASSERT(found.contains(topic) == matches(filter, topic), "all that match");
    }

    FilterTree<std::string> filter_tree_{1};
    TopicTree<std::string, TopicOf> topic_tree_{2};
    std::set<std::string> filters_;
    std::set<std::string> topics_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    Trees trees;
    for (std::size_t lines = 0; lines < max_lines && !rest.empty(); ++lines) {
        const std::size_t end = rest.find('\n');
        trees.take(rest.substr(0, end));
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    }
    trees.check();
    trees.clear();
    return 0;
}
