#include "tools/mqttd/routing/subscription_list.hpp"

#include "common/base/assert.hpp"

#include <algorithm>

namespace mqttd {

namespace {

/// Order means nothing, so the last one takes the place of the one that goes.
template <typename Item>
void take_out(std::vector<Item>& from, const Item& item) {
    const auto found = std::find(from.begin(), from.end(), item);
    MIDGE_ASSERT(found != from.end(), "a subscriber's list has what the router has");
    std::swap(*found, from.back());
    from.pop_back();
    if (from.capacity() > 16 && from.size() * 4 < from.capacity()) from.shrink_to_fit();
}

} // namespace

const std::vector<SharedKeyPtr>& SubscriptionList::shared() const {
    static const std::vector<SharedKeyPtr> none;
    return shared_ ? *shared_ : none;
}

void SubscriptionList::add(const SharedKeyPtr& key) {
    if (!shared_) shared_ = std::make_unique<std::vector<SharedKeyPtr>>();
    shared_->push_back(key);
}

void SubscriptionList::remove(FilterId filter) {
    take_out(filters_, filter);
    if (filters_.empty()) filters_ = std::vector<FilterId>{};
}

void SubscriptionList::remove(const SharedKeyPtr& key) {
    MIDGE_ASSERT(shared_ != nullptr, "a subscriber's list has what the router has");
    take_out(*shared_, key);
    if (shared_->empty()) shared_.reset();
}

} // namespace mqttd
