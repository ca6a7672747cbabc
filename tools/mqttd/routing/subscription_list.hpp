// What one subscriber is subscribed to, as the router names it: four bytes a filter, because the
// text is in the router's tree already. A member of each Subscriber, written by its router only.
// Shard thread only.
#pragma once

#include "common/mqtt/topic/filter_tree.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace mqttd {

/// The two names of a shared subscription; kept by queued messages so that they can be handed on.
/// [MQTT5 4.8.2]
struct SharedKey {
    std::string group;
    std::string filter;
};

using SharedKeyPtr = std::shared_ptr<const SharedKey>;

class SubscriptionList {
public:
    using FilterId = mqtt::topic::FilterId;

    [[nodiscard]] std::size_t size() const { return filters_.size() + shared().size(); }

    [[nodiscard]] const std::vector<FilterId>& filters() const { return filters_; }

    [[nodiscard]] const std::vector<SharedKeyPtr>& shared() const;

    /// Precondition of the four: new, or there.
    void add(FilterId filter) { filters_.push_back(filter); }

    void add(const SharedKeyPtr& key);
    void remove(FilterId filter);
    void remove(const SharedKeyPtr& key);

private:
    std::vector<FilterId> filters_;
    std::unique_ptr<std::vector<SharedKeyPtr>> shared_; ///< few have any
};

} // namespace mqttd
