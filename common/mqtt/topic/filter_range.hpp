// Which topics of an ordered set a filter leads to, without looking at the others: for a topic that
// does not match it says where the next candidate can be. Borrowed by TopicTree::walk; the filter
// must outlive it. Knows the order of topic_order.hpp and no container.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mqtt::topic {

class FilterRange {
public:
    explicit FilterRange(std::string_view filter) : filter_{filter} {}

    /// matches; or go on with the following topic, or with the first at or after seek_target(); or
    /// no later topic matches.
    enum class Step : std::uint8_t { matches, go_on, seek, end };

    /// The levels before the first wildcard: no topic before it matches.
    [[nodiscard]] std::string_view first_candidate() const;

    [[nodiscard]] Step examine(std::string_view topic);

    /// After Step::seek, until the next call.
    [[nodiscard]] std::string_view seek_target() const { return target_; }

private:
    [[nodiscard]] Step skip_below(std::string_view prefix);
    [[nodiscard]] Step skip_to(std::string_view prefix, std::string_view level);

    std::string_view filter_;
    std::string target_;
};

} // namespace mqtt::topic
