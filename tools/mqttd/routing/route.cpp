#include "tools/mqttd/routing/route.hpp"

#include <algorithm>

namespace mqttd {

namespace {

bool before(const Route::Local& local, std::uint64_t number) {
    return local.subscriber->number() < number;
}

} // namespace

bool Route::put(Subscriber& subscriber, const Subscription& subscription) {
    const auto at = std::lower_bound(locals_.begin(), locals_.end(), subscriber.number(), before);
    if (at != locals_.end() && at->subscriber == &subscriber) {
        at->subscription = subscription;
        return true;
    }
    locals_.insert(at, {&subscriber, subscription});
    return false;
}

bool Route::remove(const Subscriber& subscriber) {
    const auto at = std::lower_bound(locals_.begin(), locals_.end(), subscriber.number(), before);
    if (at == locals_.end() || at->subscriber != &subscriber) return false;
    locals_.erase(at);
    if (locals_.empty()) locals_.shrink_to_fit();
    return true;
}

void Route::set_interest(unsigned shard, bool present) {
    const ShardMask bit = ShardMask{1} << shard;
    interest_ = present ? (interest_ | bit) : (interest_ & ~bit);
}

SharedGroup* Route::find_group(std::string_view name) {
    for (SharedGroup& group : groups_) {
        if (group.key()->group == name) return &group;
    }
    return nullptr;
}

SharedGroup& Route::group(const SharedKeyPtr& key) {
    SharedGroup* const found = find_group(key->group);
    return found != nullptr ? *found : groups_.emplace_back(key);
}

void Route::drop_if_empty(std::string_view name) {
    std::erase_if(groups_, [&](const SharedGroup& group) {
        return group.key()->group == name && group.empty();
    });
}

} // namespace mqttd
