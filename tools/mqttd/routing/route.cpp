#include "tools/mqttd/routing/route.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

bool before(const Route::Local& local, std::uint64_t number) {
    return local.subscriber->number() < number;
}

} // namespace

Route::More& Route::more() {
    if (!more_) more_ = std::make_unique<More>();
    return *more_;
}

bool Route::put(Subscriber& subscriber, const Subscription& subscription) {
    if (only_.subscriber == &subscriber || locals().empty()) {
        const bool existed = only_.subscriber != nullptr;
        only_ = {&subscriber, subscription};
        return existed;
    }
    std::vector<Local>& locals = more().locals;
    if (only_.subscriber != nullptr) locals.push_back(std::exchange(only_, Local{}));
    const auto at = std::lower_bound(locals.begin(), locals.end(), subscriber.number(), before);
    if (at != locals.end() && at->subscriber == &subscriber) {
        at->subscription = subscription;
        return true;
    }
    locals.insert(at, {&subscriber, subscription});
    return false;
}

bool Route::remove(const Subscriber& subscriber) {
    if (only_.subscriber == &subscriber) {
        only_ = Local{};
        return true;
    }
    if (!more_) return false;
    std::vector<Local>& locals = more_->locals;
    const auto at = std::lower_bound(locals.begin(), locals.end(), subscriber.number(), before);
    if (at == locals.end() || at->subscriber != &subscriber) return false;
    locals.erase(at);
    settle();
    return true;
}

bool Route::has(const Subscriber& subscriber) const {
    const std::span<const Local> all = locals();
    const auto at = std::lower_bound(all.begin(), all.end(), subscriber.number(), before);
    return at != all.end() && at->subscriber == &subscriber;
}

void Route::settle() {
    std::vector<Local>& locals = more_->locals;
    if (locals.size() == 1) {
        only_ = locals.front();
        locals.clear();
    }
    if (locals.size() * 4 < locals.capacity()) locals.shrink_to_fit();
    if (locals.empty() && more_->groups.empty()) more_.reset();
}

void Route::set_interest(unsigned shard, bool present) {
    const ShardMask bit = ShardMask{1} << shard;
    interest_ = present ? (interest_ | bit) : (interest_ & ~bit);
}

SharedGroup* Route::find_group(std::string_view name) {
    for (SharedGroup& group : groups()) {
        if (group.key()->group == name) return &group;
    }
    return nullptr;
}

SharedGroup& Route::group(const SharedKeyPtr& key) {
    SharedGroup* const found = find_group(key->group);
    return found != nullptr ? *found : more().groups.emplace_back(key);
}

void Route::drop_if_empty(std::string_view name) {
    if (!more_) return;
    std::erase_if(more_->groups, [&](const SharedGroup& group) {
        return group.key()->group == name && group.empty();
    });
    settle();
}

} // namespace mqttd
