#include "tools/mqttd/session/session_table.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mqttd {

SessionTable::Claim SessionTable::claim(std::string_view client_id, bool clean_start) {
    Session* found = find(client_id);
    if (found != nullptr && found->link() != nullptr) {
        services_.context.counters.takeovers.add();
        found->link()->taken_over();
        if (found->retired()) found = nullptr;
    }
    if (found != nullptr && (clean_start || found->has_expired())) {
        found->end();
        found = nullptr;
    }
    if (found != nullptr) return {found, true};
    return {&create(client_id), false};
}

Session& SessionTable::restore(std::string_view client_id) {
    return create(client_id);
}

Session& SessionTable::create(std::string_view client_id) {
    const ShardContext& context = services_.context;
    const std::uint64_t number = (++created_ * context.count) + context.index;
    auto session = std::make_unique<Session>(services_, std::string(client_id), number);
    Session* const created = session.get();
    by_id_.emplace(created->client_id(), std::move(session));
    by_number_.emplace(number, created);
    return *created;
}

Session* SessionTable::find(std::string_view client_id) {
    const auto found = by_id_.find(client_id);
    return found == by_id_.end() ? nullptr : found->second.get();
}

Session* SessionTable::find(std::uint64_t number) {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : found->second;
}

// By buckets, so that a pause costs nothing; a table that has grown meanwhile is begun anew.
bool SessionTable::sweep(std::size_t budget) {
    if (sweep_.buckets != by_number_.bucket_count())
        sweep_ = {.buckets = by_number_.bucket_count()};
    while (sweep_.bucket < sweep_.buckets) {
        for (auto at = by_number_.begin(sweep_.bucket); at != by_number_.end(sweep_.bucket); ++at) {
            Session& session = *at->second;
            if (sweep_.session != 0 && session.number() != sweep_.session) continue;
            const Outbox::Searched searched = session.drop_expired(sweep_.place, budget);
            if (!searched.complete) {
                sweep_.session = session.number();
                return false;
            }
            sweep_.session = 0;
            sweep_.place = 0;
            budget -= std::min(budget, searched.messages + 1);
        }
        sweep_.session = 0;
        sweep_.place = 0;
        ++sweep_.bucket;
        if (budget == 0) return false;
    }
    sweep_ = {};
    return true;
}

void SessionTable::retire(Session& session) {
    by_number_.erase(session.number());
    const auto found = by_id_.find(session.client_id());
    if (found == by_id_.end() || found->second.get() != &session) return;
    retired_.push_back(std::move(found->second));
    by_id_.erase(found);
}

} // namespace mqttd
