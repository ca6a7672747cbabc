#include "tools/mqttd/shard/shard.hpp"

#include "tools/mqttd/connection/address_lists.hpp"
#include "tools/mqttd/connection/listener_filters.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

/// How often the retained set and the queues are searched for expired messages; one that is asked
/// for is found expired at once.
constexpr std::chrono::minutes sweep_interval{1};
/// Queued messages and sessions that one part of a round looks at.
constexpr std::size_t queue_sweep_budget = 2000;
/// Between two parts of one round of the search.
constexpr std::chrono::milliseconds sweep_pause{10};
/// How often to look whether another shard's inbox has room again.
constexpr std::chrono::milliseconds congestion_poll{1};
/// Batches of retained messages that one turn hands out.
constexpr int answers_a_turn = 4;

} // namespace

Shard::Shard(
    unsigned index,
    const ShardTeam& team,
    std::shared_ptr<const BrokerConfig> config,
    base::Entropy& entropy
)
    : team_(team)
    , context_(
          index,
          static_cast<unsigned>(team.inboxes.size()),
          std::move(config),
          entropy,
          team.log,
          team.totals
      )
    , mailroom_(index, team.inboxes)
    , router_(context_, mailroom_)
    , retained_(context_, mailroom_)
    , pipeline_(context_, router_, retained_)
    , services_(*this)
    , sessions_(services_)
    , sweep_timer_(*this) {
    context_.now = team_.clock.now();
    look_at_calendar();
    // One that starts anew goes on with larger numbers, as long as it did not number a million a
    // second.
    context_.last_arrival = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::microseconds>(context_.wall_start.time_since_epoch())
            .count()
    );
    context_.timers.set(sweep_timer_, context_.now + sweep_interval);
}

Shard::~Shard() = default;

void Shard::use_store(CommitQueue& queue, StoreIds& ids) {
    durability_.emplace(context_, team_.inboxes, queue, ids);
    mailroom_.use(durability_->journal());
}

Session& Shard::restore(const SessionRecord& record, std::size_t listener) {
    Session& session = sessions_.restore(record.client_id);
    session.restore(record, listener, access_->of(listener).rules.get());
    return session;
}

void Shard::restore_retained(const MessagePtr& message, StoreId row) {
    retained_.store().restore(message, row);
}

// --- the turn ---

bool Shard::lets_in(ListenerState& listener, const Peer& peer) {
    const BrokerConfig& config = *context_.config;
    const std::int64_t maximum = config.limits.global_max_connections;
    const ListenerConfig& own = config.listeners[listener.index()];
    if (!has_proxies(own)) {
        const std::string_view why = why_not_from(own, peer.address);
        if (!why.empty()) {
            turn_away(peer, why, context_.counters.connections_refused_address);
            return false;
        }
    }
    const char* why = "a connection limit of the listener is reached";
    if (maximum >= 0 && context_.totals.connections.load() >= maximum) {
        why = "global_max_connections is reached";
    } else if (own.tls.context && context_.totals.handshakes.load() >= config.limits.max_handshakes) {
        why = "max_handshakes is reached";
    } else if (listener.admit(own, peer.address)) {
        return true;
    }
    turn_away(peer, why, context_.counters.connections_refused_limit);
    return false;
}

void Shard::turn_away(const Peer& peer, std::string_view why, Counter& cause) {
    cause.add();
    context_.write_log(base::LogLevel::notice, [&] {
        return "connection from " + peer.endpoint + " refused: " + std::string(why);
    });
}

Connection& Shard::admit(
    std::unique_ptr<Transport> transport, std::shared_ptr<ListenerState> listener, Peer peer
) {
    const std::uint64_t number = ++connections_made_;
    context_.counters.connections_accepted.add();
    transport = with_filters(std::move(transport), context_, listener->index(), peer);
    auto connection = std::make_unique<Connection>(
        *this, number, std::move(transport), std::move(listener), std::move(peer)
    );
    return *connections_.emplace(number, std::move(connection)).first->second;
}

base::SteadyTime Shard::next_turn() const {
    if (retained_.has_questions()) return context_.now;
    const base::SteadyTime timer = context_.timers.next();
    return congested_ ? std::min(timer, context_.now + congestion_poll) : timer;
}

void Shard::end_turn() {
    release_subacks();
    answer_retained();
    while (!context_.dirty_links.empty() || !retired_.empty()) {
        flush_dirty();
        finish_retired();
    }
    if (durability_) durability_->post();
    finished_.clear();
    send_moves();
    sessions_.bury();
    mailroom_.post();
    if (durability_) durability_->tell_arrivals();
    watch_congestion();
}

/// The calendar may be set while the broker runs.
void Shard::look_at_calendar() {
    context_.wall_start = team_.clock.wall_now();
    context_.steady_start = context_.now;
}

// Some of the questions, so that a large set of retained messages does not hold up the other
// clients. What this shard asked itself needs no mail.
void Shard::answer_retained() {
    for (int answers = 0; answers < answers_a_turn && retained_.has_questions(); ++answers) {
        RetainedAnswer answer = retained_.answer();
        if (context_.config->auth.retain_source_check) {
            std::erase_if(answer.batch.batch.messages, [this](const MessagePtr& message) {
                return !publisher_still_may(*message);
            });
        }
        if (answer.shard == context_.index) {
            on_mail(answer.batch);
        } else {
            mailroom_.send(answer.shard, std::move(answer.batch));
        }
    }
}

bool Shard::publisher_still_may(const Message& message) const {
    const auto source = message.source();
    if (!source) return true;
    const auto& rules = access_->of(source->listener).rules;
    return rules == nullptr ||
           rules->allows({source->user, source->client_id}, TopicAccess::write, message.topic());
}

void Shard::flush_dirty() {
    flushing_.swap(context_.dirty_links);
    for (Link* const link : flushing_)
        link->end_of_turn();
    flushing_.clear();
}

void Shard::finish_retired() {
    std::vector<Connection*> retired;
    retired.swap(retired_);
    for (Connection* const connection : retired) {
        connection->finish();
        // Other links may still write to it in this turn.
        std::unique_ptr<Connection> taken = take(*connection);
        if (taken->part()) {
            finished_.push_back(std::move(taken));
        } else {
            lingering_.emplace(taken->connection_number(), std::move(taken));
        }
    }
}

std::unique_ptr<Connection> Shard::take(Connection& connection) {
    const auto found = connections_.find(connection.connection_number());
    std::unique_ptr<Connection> taken = std::move(found->second);
    connections_.erase(found);
    return taken;
}

void Shard::send_moves() {
    for (const Move& move : moves_) {
        move.connection->depart();
        mailroom_.send(move.shard, RehomeMail{take(*move.connection)});
    }
    moves_.clear();
}

void Shard::watch_congestion() {
    const bool was_congested = std::exchange(congested_, mailroom_.congested());
    if (!was_congested || congested_) return;
    for (const auto& [number, connection] : connections_)
        connection->on_decongested();
}

void Shard::on_timer(Timer& timer, base::SteadyTime now) {
    look_at_calendar();
    if (!retained_swept_) retained_swept_ = retained_.sweep();
    if (!queues_swept_) queues_swept_ = sessions_.sweep(queue_sweep_budget);
    const bool complete = retained_swept_ && queues_swept_;
    if (complete) retained_swept_ = queues_swept_ = false;
    context_.timers.set(timer, now + (complete ? base::Duration(sweep_interval) : sweep_pause));
}

// --- what connections and sessions ask for ---

// One whose CONNECT came with its end does not move any more.
void Shard::retire(Connection& connection) {
    std::erase_if(moves_, [&](const Move& move) { return move.connection == &connection; });
    retired_.push_back(&connection);
}

std::string Shard::assign_client_id(const std::string& prefix) {
    while (true) {
        std::string id = prefix + base::random_uuid(context_.entropy);
        if (home_of(id) == context_.index && sessions_.find(id) == nullptr) return id;
    }
}

Authenticator::Done Shard::verdict_for(const Connection& connection) {
    Inbox* const inbox = team_.inboxes[context_.index];
    return [inbox, number = connection.connection_number()](LoginVerdict verdict) {
        inbox->post(VerdictMail{number, verdict});
    };
}

std::uint64_t Shard::Services::announcements() const {
    return shard_.mailroom_.announcements();
}

void Shard::Services::when_confirmed(PendingSuback suback) {
    shard_.waiting_subacks_.push_back({announcements(), std::move(suback)});
}

bool Shard::Services::may_have_retained(unsigned shard, std::string_view filter) const {
    return shard_.retained_.may_have(shard, filter);
}

void Shard::Services::query_retained(unsigned shard, RetainedQuery query) {
    shard_.retained_.query(shard, std::move(query));
}

void Shard::Services::retire(Session& session) {
    shard_.sessions_.retire(session);
}

void Shard::release_subacks() {
    const std::uint64_t confirmed = mailroom_.confirmed();
    while (!waiting_subacks_.empty() && waiting_subacks_.front().announcement <= confirmed) {
        WaitingSuback waiting = std::move(waiting_subacks_.front());
        waiting_subacks_.pop_front();
        Session* const session = sessions_.find(waiting.suback.session);
        if (session != nullptr) session->on_interest_known(waiting.suback);
    }
}

// --- what the broker asks for ---

// The rules that sessions point to live until the end of this function.
void Shard::replace_config(std::shared_ptr<const BrokerConfig> config, AccessControlPtr access) {
    context_.config = std::move(config);
    access_.swap(access);
    sessions_.for_each([this](Session& session) {
        session.use_rules(access_->of(session.listener()).rules.get());
    });
    for (const auto& [number, connection] : connections_)
        connection->on_access_changed();
}

void Shard::publish_store_state(StoreState state) {
    if (context_.config->sys_interval.count() == 0) return;
    publish({
        .topic = "$SYS/broker/store/state",
        .properties = {},
        .payload = base::as_bytes(state == StoreState::working ? "working" : "degraded"),
        .qos = mqtt::Qos::exactly_once,
        .retain = true,
    });
}

void Shard::publish_wills() {
    sessions_.for_each([](Session& session) {
        if (session.link() != nullptr) session.publish_will_now();
    });
}

void Shard::close_connections() {
    for (const auto& [number, connection] : connections_)
        connection->begin_shutdown("broker shuts down");
}

void Shard::dump(std::string& out) {
    router_.dump(out);
    retained_.store().dump(out);
}

} // namespace mqttd
