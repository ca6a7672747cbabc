#include "tools/mqttd/persistence/import_mosquitto.hpp"

#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/persistence/mosquitto_values.hpp"
#include "tools/mqttd/persistence/stored_values.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace mqttd {

namespace {

constexpr std::size_t batch_size = 512; ///< changes

std::int64_t seconds_since_1970(base::WallTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

base::WallTime from_seconds(std::int64_t seconds) {
    return base::WallTime{} + std::chrono::seconds(seconds);
}

class Importer {
public:
    Importer(const MosquittoDb& db, Store& store, const StoreTimes& times)
        : db_(db), store_(store), times_(times), now_(seconds_since_1970(times.wall)) {}

    StoreResult<ImportSummary> run() {
        for (const MosquittoDb::Message& message : db_.messages) {
            const Source source{.message = &message, .id = {}};
            if (!messages_.emplace(message.id, source).second) ++summary_.illegal;
        }
        add_sessions();
        for (const MosquittoDb::Subscription& subscription : db_.subscriptions)
            add_subscription(subscription);
        for (const std::uint64_t id : db_.retained)
            retain(id);
        for (const MosquittoDb::ClientMessage& message : db_.client_messages)
            if (!message.inbound) add_outbound(message);
        for (const MosquittoDb::ClientMessage& message : db_.client_messages)
            if (message.inbound) add_inbound(message);
        for (const auto& [topic, message] : retained_)
            add_retained(message);
        flush();
        if (error_) return *error_;
        return summary_;
    }

private:
    struct Source {
        const MosquittoDb::Message* message;
        std::optional<StoreId> id; ///< once it is looked at; 0: left out
    };

    struct Match {
        StoreId session;
        std::string_view group; ///< empty: not shared
        std::string_view filter;
        mqtt::SubscriptionOptions options;
        std::uint32_t identifier;
    };

    struct Session {
        StoreId id = 0;                    ///< 0: left out
        std::set<mqtt::PacketId> outbound; ///< in use
        std::set<mqtt::PacketId> inbound;  ///< likewise
    };

    void add(Change change) {
        if (error_) return;
        changes_.push_back(std::move(change));
        if (changes_.size() >= batch_size) flush();
    }

    void flush() {
        if (error_) return;
        const auto done = store_.commit(changes_, times_);
        if (done.has_error()) error_ = done.error();
        changes_.clear();
    }

    void add_sessions();
    void add_session(const MosquittoDb::Client& client, bool speaks_v5);
    void add_subscription(const MosquittoDb::Subscription& subscription);
    void add_outbound(const MosquittoDb::ClientMessage& message);
    void add_inbound(const MosquittoDb::ClientMessage& message);
    void route(const MosquittoDb::Message& message, StoreId from);
    void add_delivery(const Match& match, mqtt::Qos qos, const MosquittoDb::Message& message);
    void retain(std::uint64_t message);
    void add_retained(std::uint64_t message);
    void add_row(const RowRecord& row);
    StoreId put_message(std::uint64_t message);
    StoreId put_legal_message(const MosquittoDb::Message& message);
    Session* find_session(std::string_view client_id);
    [[nodiscard]] base::WallTime since(const MosquittoDb::Client& client) const;

    const MosquittoDb& db_;
    Store& store_;
    const StoreTimes& times_;
    std::int64_t now_;
    ImportSummary summary_;
    std::optional<StoreError> error_;
    std::vector<Change> changes_;
    StoreId last_id_ = 0;
    std::unordered_map<std::uint64_t, Source> messages_;
    std::unordered_map<std::string_view, Session> sessions_;
    std::vector<Match> matches_;                         ///< subscriptions, for messages to route
    std::map<std::string_view, std::uint64_t> retained_; ///< message of a topic
};

void Importer::add_sessions() {
    std::set<std::string_view> v5;
    for (const MosquittoDb::Subscription& subscription : db_.subscriptions) {
        const bool uses_v5 = subscription.identifier != 0 || (subscription.options & 0x3CU) != 0;
        if (uses_v5) v5.insert(subscription.client_id);
    }
    for (const MosquittoDb::Client& client : db_.clients) {
        // Before 5.0 a session has no end.
        const bool ends = client.expiry_interval != mqtt::session_never_expires;
        add_session(client, ends || v5.contains(client.client_id));
    }
}

void Importer::add_session(const MosquittoDb::Client& client, bool speaks_v5) {
    const bool known = sessions_.contains(client.client_id);
    if (known || !is_mosquitto_client_id(client.client_id)) {
        ++summary_.illegal;
        return;
    }
    Session& session = sessions_[client.client_id];
    if (client.expiry_interval == 0) return; // it ended with its connection
    const bool expired = client.expires > 0 && client.expires <= now_;
    if (expired) {
        ++summary_.expired;
        return;
    }
    session.id = ++last_id_;
    auto record = std::make_shared<SessionRecord>();
    record->id = session.id;
    record->client_id = client.client_id;
    record->speaks_v5 = speaks_v5;
    record->expiry = client.expiry_interval;
    record->disconnected = since(client);
    Change change;
    change.kind = Change::Kind::put_session;
    change.id = session.id;
    change.detail = std::move(record);
    add(std::move(change));
    ++summary_.sessions;
}

/// When its connection ended: what is not known is now.
base::WallTime Importer::since(const MosquittoDb::Client& client) const {
    if (client.expires <= 0) return times_.wall;
    const std::int64_t then = client.expires - std::int64_t{client.expiry_interval};
    return then > 0 && then <= now_ ? from_seconds(then) : times_.wall;
}

Importer::Session* Importer::find_session(std::string_view client_id) {
    const auto found = sessions_.find(client_id);
    if (found == sessions_.end()) {
        ++summary_.illegal;
        return nullptr;
    }
    return found->second.id == 0 ? nullptr : &found->second;
}

void Importer::add_subscription(const MosquittoDb::Subscription& subscription) {
    const Session* session = find_session(subscription.client_id);
    if (session == nullptr) return;
    const auto qos = stored_qos(subscription.qos);
    const auto handling =
        stored_enum((subscription.options >> 4U) & 3U, mqtt::RetainHandling::never);
    if (!qos || !handling || !is_stored_filter(subscription.filter)) {
        ++summary_.illegal;
        return;
    }
    const auto shared = mqtt::topic::parse_shared(subscription.filter);
    auto record = std::make_shared<SubscriptionRecord>();
    record->session = session->id;
    record->filter = subscription.filter;
    record->subscription.identifier = subscription.identifier;
    record->subscription.options = {
        .qos = *qos,
        .no_local = (subscription.options & 0x04U) != 0 && !shared,
        .retain_as_published = (subscription.options & 0x08U) != 0,
        .retain_handling = *handling,
    };
    matches_.push_back(
        {.session = session->id,
         .group = shared ? shared->group : std::string_view{},
         .filter = shared ? shared->filter : subscription.filter,
         .options = record->subscription.options,
         .identifier = subscription.identifier}
    );
    Change change;
    change.kind = Change::Kind::put_subscription;
    change.detail = std::move(record);
    add(std::move(change));
    ++summary_.subscriptions;
}

void Importer::add_outbound(const MosquittoDb::ClientMessage& message) {
    Session* session = find_session(message.client_id);
    if (session == nullptr) return;
    const auto state = mosquitto_row_state(message.state);
    const auto qos = stored_qos(message.qos);
    const auto properties = mosquitto_properties(message.properties);
    if (!state || !qos || !properties || !fits(*state, *qos)) {
        ++summary_.illegal;
        return;
    }
    RowRecord row;
    row.session = session->id;
    row.state = *state;
    row.qos = *qos;
    row.retain = message.retain;
    row.identifier = properties->number(mqtt::PropertyId::subscription_identifier).value_or(0);
    if (row.state != RowState::queued) {
        const bool usable =
            message.packet_id != 0 && session->outbound.insert(message.packet_id).second;
        if (!usable) {
            ++summary_.illegal;
            return;
        }
        row.packet_id = message.packet_id;
    }
    if (row.state != RowState::awaiting_pubcomp) {
        row.message = put_message(message.message);
        if (row.message == 0) return;
    }
    add_row(row);
}

/// QoS 2, acknowledged with PUBREC: mosquitto passes it on when PUBREL comes, mqttd when PUBLISH
/// did. So it is passed on now, and its identifier waits for PUBREL.
void Importer::add_inbound(const MosquittoDb::ClientMessage& message) {
    Session* session = find_session(message.client_id);
    if (session == nullptr) return;
    if (message.qos != 2 || message.packet_id == 0 ||
        !session->inbound.insert(message.packet_id).second) {
        ++summary_.illegal;
        return;
    }
    Change change;
    change.kind = Change::Kind::put_unreleased;
    change.id = session->id;
    change.packet_id = message.packet_id;
    add(std::move(change));
    const auto source = messages_.find(message.message);
    if (source == messages_.end() || !is_stored_topic(source->second.message->topic)) return;
    route(*source->second.message, session->id);
    if (source->second.message->retain) retain(message.message);
}

void Importer::route(const MosquittoDb::Message& message, StoreId from) {
    std::map<StoreId, std::pair<const Match*, mqtt::Qos>> receivers;
    std::set<std::pair<std::string_view, std::string_view>> groups;
    for (const Match& match : matches_) {
        const auto qos = std::min(match.options.qos, static_cast<mqtt::Qos>(message.qos));
        if (qos == mqtt::Qos::at_most_once) continue;
        if (match.options.no_local && match.session == from) continue;
        if (!mqtt::topic::matches(match.filter, message.topic)) continue;
        if (!match.group.empty()) {
            // One member of the group gets it.
            if (groups.emplace(match.group, match.filter).second) add_delivery(match, qos, message);
            continue;
        }
        auto& receiver = receivers[match.session];
        if (receiver.first == nullptr || receiver.second < qos) receiver = {&match, qos};
    }
    for (const auto& [session, receiver] : receivers)
        add_delivery(*receiver.first, receiver.second, message);
}

void Importer::add_delivery(
    const Match& match, mqtt::Qos qos, const MosquittoDb::Message& message
) {
    RowRecord row;
    row.session = match.session;
    row.message = put_message(message.id);
    if (row.message == 0) return;
    row.qos = qos;
    row.retain = match.options.retain_as_published && message.retain;
    row.identifier = match.identifier;
    if (!match.group.empty()) {
        row.shared = std::make_shared<const SharedKey>(SharedKey{
            std::string(match.group), std::string(match.filter)});
    }
    add_row(row);
}

/// The last one of a topic counts, and none when it is empty. [MQTT-3.3.1-5] [MQTT-3.3.1-6]
void Importer::retain(std::uint64_t message) {
    const auto source = messages_.find(message);
    if (source == messages_.end()) return; // it had expired when the file was written
    const MosquittoDb::Message& found = *source->second.message;
    if (found.payload.empty()) {
        retained_.erase(found.topic);
    } else {
        retained_[found.topic] = message;
    }
}

void Importer::add_retained(std::uint64_t message) {
    RowRecord row;
    row.message = put_message(message);
    if (row.message == 0) return;
    row.qos = static_cast<mqtt::Qos>(messages_.at(message).message->qos);
    row.retain = true;
    add_row(row);
}

void Importer::add_row(const RowRecord& row) {
    Change change;
    change.kind = Change::Kind::put_row;
    change.id = ++last_id_;
    change.session = row.session;
    change.message_id = row.message;
    change.identifier = row.identifier;
    change.packet_id = row.packet_id;
    change.state = row.state;
    change.qos = row.qos;
    change.retain = row.retain;
    change.detail = row.shared;
    add(std::move(change));
    ++(row.session == 0 ? summary_.retained : summary_.queued);
}

/// Its id in the store, which has it from now on; 0: left out.
StoreId Importer::put_message(std::uint64_t message) {
    const auto source = messages_.find(message);
    if (source == messages_.end()) return 0; // it had expired when the file was written
    std::optional<StoreId>& id = source->second.id;
    if (!id) id = put_legal_message(*source->second.message);
    return *id;
}

StoreId Importer::put_legal_message(const MosquittoDb::Message& message) {
    const auto qos = stored_qos(message.qos);
    const auto properties = mosquitto_properties(message.properties);
    const bool legal = qos && properties && is_stored_topic(message.topic) &&
                       message.payload.size() <= mqtt::max_remaining_length;
    if (!legal) {
        ++summary_.illegal;
        return 0;
    }
    if (message.expires > 0 && message.expires <= now_) {
        ++summary_.expired;
        return 0;
    }
    const mqtt::PropertyBuilder builder = forwarded_properties(*properties);
    MessageParts parts;
    parts.topic = message.topic;
    parts.properties = builder.list();
    parts.payload = message.payload;
    parts.qos = *qos;
    parts.retain = message.retain;
    if (message.expires > 0) {
        // An expiry is a number of 32 bits in seconds.
        const std::int64_t left = std::min<std::int64_t>(message.expires - now_, 0xFFFF'FFFF);
        parts.expires = times_.steady + std::chrono::seconds(left);
    }
    Change change;
    change.kind = Change::Kind::put_message;
    change.id = ++last_id_;
    change.message = Message::create(parts);
    const StoreId id = change.id;
    add(std::move(change));
    return id;
}

} // namespace

StoreResult<ImportSummary>
import_mosquitto(const MosquittoDb& db, Store& store, const StoreTimes& times) {
    return Importer(db, store, times).run();
}

} // namespace mqttd
