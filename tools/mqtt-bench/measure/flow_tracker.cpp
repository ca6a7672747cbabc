#include "tools/mqtt-bench/measure/flow_tracker.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr std::size_t most_gaps = 4096;

} // namespace

std::uint64_t FlowTracker::missing() const {
    std::uint64_t sum = forgotten_;
    if (gaps_) {
        for (const Range& gap : *gaps_) {
            sum += gap.end - gap.begin;
        }
    }
    return sum;
}

Arrival FlowTracker::on_jump(std::uint64_t sequence) {
    if (sequence > next_) {
        add_gap({next_, sequence});
        next_ = sequence + 1;
        return Arrival::in_order;
    }
    if (!gaps_) return Arrival::duplicate;
    const auto after = std::upper_bound(
        gaps_->begin(),
        gaps_->end(),
        sequence,
        [](std::uint64_t value, const Range& gap) { return value < gap.begin; }
    );
    if (after == gaps_->begin()) return Arrival::duplicate;
    const auto gap = after - 1;
    if (sequence >= gap->end) return Arrival::duplicate;
    const Range rest{sequence + 1, gap->end};
    gap->end = sequence;
    if (rest.begin != rest.end) gaps_->insert(after, rest);
    std::erase_if(*gaps_, [](const Range& each) { return each.begin == each.end; });
    return Arrival::late;
}

void FlowTracker::add_gap(Range gap) {
    if (!gaps_) gaps_ = std::make_unique<std::vector<Range>>();
    if (gaps_->size() == most_gaps) {
        // The older half: what is missing for so long is lost.
        const auto half = gaps_->begin() + most_gaps / 2;
        std::for_each(gaps_->begin(), half, [this](const Range& old) {
            forgotten_ += old.end - old.begin;
        });
        gaps_->erase(gaps_->begin(), half);
    }
    gaps_->push_back(gap);
}

} // namespace bench
