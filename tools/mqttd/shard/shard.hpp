// One shard: a part of the clients with all that belongs to them, run by one thread in turns.
// Sans-io: the event loop (or a test) begins a turn, hands in what happened, and ends it;
// everything that a turn produced goes out at its end. Owned by Broker; its thread only, except for
// the inbox.
#pragma once

#include "tools/mqttd/connection/connection.hpp"
#include "tools/mqttd/context/shard_context.hpp"
#include "tools/mqttd/publish/publish_pipeline.hpp"
#include "tools/mqttd/routing/router.hpp"
#include "tools/mqttd/session/session_services.hpp"
#include "tools/mqttd/session/session_table.hpp"
#include "tools/mqttd/shard/durability.hpp"
#include "tools/mqttd/shard/home.hpp"
#include "tools/mqttd/shard/inbox.hpp"
#include "tools/mqttd/shard/mailroom.hpp"
#include "tools/mqttd/shard/retained_desk.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mqttd {

/// What all shards of a broker have in common. Outlives them.
struct ShardTeam {
    const HomeMap& homes;
    std::vector<Inbox*> inboxes; ///< one for each shard, in order
    BrokerTotals& totals;
    base::Log& log;
    const base::Clock& clock; ///< asked once a minute what the calendar says
};

class Shard final : public ConnectionHost, private Timer::Handler {
public:
    Shard(
        unsigned index,
        const ShardTeam& team,
        std::shared_ptr<const BrokerConfig> config,
        base::Entropy& entropy
    );
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;
    ~Shard();

    // --- before the first turn ---
    /// Persistence is on. Both outlive the shard.
    void use_store(CommitQueue& queue, StoreIds& ids);
    /// A session that was kept; subscriptions and messages follow, then Session::resume_life().
    [[nodiscard]] Session& restore(const SessionRecord& record, std::size_t listener);
    void restore_retained(const MessagePtr& message, StoreId row);

    // --- a turn ---
    void begin_turn(base::SteadyTime now) {
        context_.now = now;
        context_.handshake_steps = 0;
    }

    /// Whether the address and the limits on connections allow this one; counts it for the listener
    /// when they do.
    [[nodiscard]] bool lets_in(ListenerState& listener, const Peer& peer);
    /// A new connection, which lives until its transport or its client ends it. What the listener
    /// has between socket and MQTT is put on the transport.
    Connection&
    admit(std::unique_ptr<Transport> transport, std::shared_ptr<ListenerState> listener, Peer peer);
    /// Handles the mail of other shards; transports: where connections that move here join.
    void receive_mail(TransportHost& transports);

    void fire_timers() { context_.timers.fire(context_.now, timers_a_turn); }

    /// Writes out everything, ends what is over, posts the mail.
    void end_turn();

    /// When the next turn is due if nothing happens before.
    [[nodiscard]] base::SteadyTime next_turn() const;

    // --- ConnectionHost ---
    [[nodiscard]] ShardContext& context() override { return context_; }

    [[nodiscard]] SessionTable& sessions() override { return sessions_; }

    [[nodiscard]] const AccessControl& access() const override { return *access_; }

    [[nodiscard]] Authenticator::Done verdict_for(const Connection& connection) override;

    [[nodiscard]] unsigned home_of(std::string_view client_id) const override {
        return team_.homes.home_of(client_id);
    }

    [[nodiscard]] std::string assign_client_id(const std::string& prefix) override;

    void rehome(Connection& connection, unsigned shard) override {
        moves_.push_back({&connection, shard});
    }

    void retire(Connection& connection) override;

    [[nodiscard]] bool congested() const override { return congested_; }

    // --- from the broker, as tasks on this shard's thread ---
    /// Clients that may not be connected any more are disconnected.
    void replace_config(std::shared_ptr<const BrokerConfig> config, AccessControlPtr access);

    void publish(const MessageParts& parts) override { pipeline_.publish(parts); }

    /// $SYS/broker/store/state: at the start and, as an alarm, as soon as it changes.
    void publish_store_state(StoreState state);

    void publish_wills();
    void close_connections();

    /// Nothing waits for a commit any more.
    [[nodiscard]] bool is_saved() const { return !durability_ || durability_->is_idle(); }

    void dump(std::string& out);

    [[nodiscard]] std::size_t connection_count() const { return connections_.size(); }

    [[nodiscard]] const Counters& counters() const { return context_.counters; }

private:
    /// What sessions see of the shard.
    class Services final : public SessionServices {
    public:
        explicit Services(Shard& shard)
            : SessionServices(shard.context_, shard.router_, shard.pipeline_), shard_(shard) {}

        [[nodiscard]] std::uint64_t announcements() const override;
        void when_confirmed(PendingSuback suback) override;
        [[nodiscard]] bool
        may_have_retained(unsigned shard, std::string_view filter) const override;
        void query_retained(unsigned shard, RetainedQuery query) override;
        void retire(Session& session) override;

    private:
        Shard& shard_;
    };

    struct Move {
        Connection* connection;
        unsigned shard;
    };

    struct WaitingSuback {
        std::uint64_t announcement; ///< the one that has to be confirmed
        PendingSuback suback;
    };

    void on_timer(Timer& timer, base::SteadyTime now) override;

    void on_mail(RouteMail& mail);
    void on_mail(SharedMail& mail);

    void on_mail(RetainMail& mail) { retained_.on_mail(mail); }

    void on_mail(TurnMail& mail);
    void on_mail(SettledMail& mail);
    void on_mail(CommittedMail& mail);
    void on_mail(StoreStateMail& mail);
    void on_mail(InterestMail& mail);
    void on_mail(MembersMail& mail);
    void on_mail(ConfirmMail& mail);

    void on_mail(QueryMail& mail) { retained_.on_mail(mail); }

    void on_mail(BatchMail& mail);
    void on_mail(RehomeMail& mail);

    void on_mail(VerdictMail& mail);

    void on_mail(TaskMail& mail) { mail.task(*this); }

    void turn_away(const Peer& peer, std::string_view why, Counter& cause);
    void look_at_calendar();
    void release_subacks();
    void answer_retained();
    [[nodiscard]] bool publisher_still_may(const Message& message) const;
    void flush_dirty();
    void finish_retired();
    void send_moves();
    void watch_congestion();
    [[nodiscard]] std::unique_ptr<Connection> take(Connection& connection);
    void release(std::uint64_t connection);
    void give_up_waiting(std::uint64_t connection);

    const ShardTeam& team_;
    ShardContext context_;
    std::optional<Durability> durability_;
    AccessControlPtr access_ = std::make_shared<const AccessControl>();
    Mailroom mailroom_;
    Router router_;
    RetainedDesk retained_;
    PublishPipeline pipeline_;
    Services services_;
    SessionTable sessions_;
    TransportHost* transports_ = nullptr; ///< during receive_mail()
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> retired_;
    std::vector<std::unique_ptr<Connection>> finished_;
    /// Over, but what they still have to send waits for a commit.
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> lingering_;
    std::vector<Move> moves_;
    std::deque<WaitingSuback> waiting_subacks_;
    std::vector<Mail> mail_;
    std::vector<Link*> flushing_;
    /// That fire in one turn: when very many are due at once, clients get their turn in between.
    static constexpr std::size_t timers_a_turn = 256;

    bool retained_swept_ = false; ///< in this round
    bool queues_swept_ = false;   ///< likewise
    Timer sweep_timer_;
    std::uint64_t connections_made_ = 0;
    bool congested_ = false;
};

} // namespace mqttd
