#include "tools/mqttd/routing/route_cache.hpp"

#include <algorithm>

namespace mqttd {

void RouteCache::remember(
    std::string_view topic, std::uint64_t generation, std::span<Route* const> routes
) {
    if (topic.size() > longest_topic || routes.size() > most_routes) return;
    if (!entries_) entries_ = std::make_unique<Entries>();
    Entry& entry = (*entries_)[slot_of(topic)];
    entry.generation = generation;
    std::copy(routes.begin(), routes.end(), entry.routes.begin());
    entry.count = static_cast<std::uint8_t>(routes.size());
    entry.topic_size = static_cast<std::uint8_t>(topic.size());
    std::copy(topic.begin(), topic.end(), entry.topic.begin());
}

} // namespace mqttd
