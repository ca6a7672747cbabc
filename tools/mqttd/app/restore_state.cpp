#include "tools/mqttd/app/restore_state.hpp"

#include "tools/mqttd/config/listener_name.hpp"
#include "tools/mqttd/persistence/commit_planner.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mqttd {

namespace {

class Restorer final : public StoreReader {
public:
    explicit Restorer(const RestoreTarget& target) : target_(target) {}

    // A client's session that was replaced may be there beside the new one when the broker ended
    // at that moment.
    void on_session(SessionRecord record) override {
        const auto [place, is_new] = records_.try_emplace(record.client_id, record);
        if (is_new) return;
        if (place->second.id < record.id) std::swap(place->second, record);
        journal_of(record.client_id).drop_session(record.id);
    }

    void on_subscription(SubscriptionRecord subscription) override {
        Session* const session = find(subscription.session);
        if (session == nullptr) return;
        session->restore_subscription(subscription);
        ++subscriptions_;
    }

    void on_unreleased(StoreId id, mqtt::PacketId packet_id) override {
        Session* const session = find(id);
        if (session != nullptr) session->restore_unreleased(packet_id);
    }

    // The session that sent it has another number now, and the listener perhaps another place.
    void on_message(StoreId id, const MessageParts& message) override {
        MessageParts parts = message;
        parts.origin = 0;
        if (parts.source && parts.source->listener >= target_.config.listeners.size()) {
            parts.source->listener = 0;
        }
        messages_.emplace(id, Loaded{Message::create(parts)});
    }

    void on_row(RowRecord row) override {
        MessagePtr message;
        if (const auto found = messages_.find(row.message); found != messages_.end()) {
            Loaded& loaded = found->second;
            message = loaded.message;
            CommitPlanner::restore(*message, row.message, ++loaded.rows);
        }
        Session* const session = row.session == 0 ? nullptr : find(row.session);
        const bool has_use = session != nullptr || (row.session == 0 && message);
        if (!has_use || (!message && row.state != RowState::awaiting_pubcomp)) {
            journal_of("").drop_row(row.id, message);
        } else if (session != nullptr) {
            session->restore_row(row, message);
            ++queued_;
        } else {
            const unsigned shard = retained_shard(message->topic(), shard_count());
            target_.shards[shard]->restore_retained(message, row.id);
            ++retained_;
        }
    }

    void finish() {
        make_sessions();
        for (const auto& [id, session] : sessions_)
            session->resume_life();
    }

    [[nodiscard]] std::string summary() const {
        return std::to_string(sessions_.size()) + " sessions with " +
               std::to_string(subscriptions_) + " subscriptions and " + std::to_string(queued_) +
               " messages, and " + std::to_string(retained_) + " retained messages";
    }

private:
    struct Loaded {
        MessagePtr message;
        std::uint32_t rows = 0;
    };

    [[nodiscard]] unsigned shard_count() const {
        return static_cast<unsigned>(target_.shards.size());
    }

    [[nodiscard]] Shard& home_of(std::string_view client_id) const {
        return *target_.shards[target_.homes.home_of(client_id)];
    }

    [[nodiscard]] Journal& journal_of(std::string_view client_id) const {
        return *home_of(client_id).context().journal;
    }

    /// nullptr: the session has been replaced.
    [[nodiscard]] Session* find(StoreId id) {
        make_sessions();
        const auto found = sessions_.find(id);
        return found == sessions_.end() ? nullptr : found->second;
    }

    /// Once all records have come.
    void make_sessions() {
        for (const auto& [client_id, record] : std::exchange(records_, {})) {
            sessions_.emplace(record.id, &home_of(client_id).restore(record, listener_of(record)));
        }
    }

    // A listener that is not there any more leaves its sessions to the first one.
    [[nodiscard]] std::size_t listener_of(const SessionRecord& record) const {
        const auto& listeners = target_.config.listeners;
        const auto found =
            std::find_if(listeners.begin(), listeners.end(), [&](const ListenerConfig& listener) {
                return name_of(listener) == record.listener;
            });
        return found == listeners.end() ? 0 : static_cast<std::size_t>(found - listeners.begin());
    }

    const RestoreTarget& target_;
    std::unordered_map<std::string, SessionRecord> records_;
    std::unordered_map<StoreId, Session*> sessions_;
    std::unordered_map<StoreId, Loaded> messages_;
    std::size_t subscriptions_ = 0;
    std::size_t queued_ = 0;
    std::size_t retained_ = 0;
};

} // namespace

StoreResult<std::string>
restore_state(Store& store, const RestoreTarget& target, const StoreTimes& times) {
    Restorer restorer(target);
    const auto loaded = store.load(restorer, times);
    if (loaded.has_error()) return loaded.error();
    target.ids.start_above(loaded->highest_id);
    restorer.finish();
    return restorer.summary();
}

} // namespace mqttd
