// One client's state: subscriptions, messages for it and from it, its will, and its connection
// while there is one. Lives at its home shard from CONNECT until it expires; its thread only. Knows
// its connection as a Link, other shards not at all. The implementation is one file for each kind
// of packet or event. [MQTT5 4.1]
#pragma once

#include "common/mqtt/flow/receive_flow.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "tools/mqttd/auth/authorizer.hpp"
#include "tools/mqttd/auth/realm.hpp"
#include "tools/mqttd/context/timer_queue.hpp"
#include "tools/mqttd/persistence/records.hpp"
#include "tools/mqttd/retained/retained_store.hpp"
#include "tools/mqttd/routing/subscription.hpp"
#include "tools/mqttd/session/link.hpp"
#include "tools/mqttd/session/outbox.hpp"
#include "tools/mqttd/session/publish_writer.hpp"
#include "tools/mqttd/session/replay.hpp"
#include "tools/mqttd/session/session_services.hpp"
#include "tools/mqttd/session/will.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mqttd {

/// Why a connection ended, as far as the will is concerned. [MQTT-3.14.4-3]
enum class Ending : std::uint8_t { normal, with_will };

/// As whom the client is connected. Views live as long as the call.
struct ClientIdentity {
    std::string_view user;             ///< empty: none was given
    Realm realm = Realm::nobody;       ///< where it has shown that it is this user
    std::size_t listener = 0;          ///< which of BrokerConfig::listeners
    const Authorizer* rules = nullptr; ///< of the listener; nullptr: it may do everything
};

class Session final : public Subscriber, private Timer::Handler {
public:
    Session(SessionServices& services, std::string client_id, std::uint64_t number);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    [[nodiscard]] const std::string& client_id() const { return client_id_; }

    [[nodiscard]] Link* link() const { return link_; }

    [[nodiscard]] bool retired() const { return retired_; }

    [[nodiscard]] const std::string& user_name() const { return user_name_; }

    /// Where the owner of the session has shown to be this user.
    [[nodiscard]] Realm realm() const { return realm_; }

    /// Where the client is, or was last, connected.
    [[nodiscard]] std::size_t listener() const { return listener_; }

    /// The rules of the listener after a reload; what waits is looked at again when it is sent.
    void use_rules(const Authorizer* rules) { rules_ = rules; }

    // --- attach.cpp: connections come and go ---

    /// The client is connected; CONNACK is in the output already. expiry: seconds,
    /// session_never_expires = for ever.
    void attach(Link& link, std::uint32_t expiry, const ClientIdentity& identity);
    /// Sends again what was in flight, then what waits. [MQTT-4.4.0-1]
    void resume();
    /// The connection is gone.
    void detach(Ending ending);

    void set_will(std::unique_ptr<Will> will) { will_ = std::move(will); }

    // --- keep.cpp: what is on disk, when persistence is on ---

    /// Saves the session without its lists; CONNACK, or the end of the connection, waits for that.
    /// One that ends with its connection is not kept.
    void keep();

    /// Everything that a new connection could be told is on disk.
    [[nodiscard]] bool is_saved() const { return changed_in_ <= context().released_group; }

    /// While nothing can be written: it is on disk as it is.
    [[nodiscard]] bool can_go_on_unsaved() const;

    /// It is on disk, and there again after the broker has started anew.
    [[nodiscard]] bool is_kept() const { return kept_as_ != 0; }

    // --- restore.cpp: before the first turn, in this order ---

    void restore(const SessionRecord& record, std::size_t listener, const Authorizer* rules);
    void restore_subscription(const SubscriptionRecord& record);

    void restore_unreleased(mqtt::PacketId packet_id) { receive_flow_.restore(packet_id); }

    void restore_row(const RowRecord& row, const MessagePtr& message);
    /// The time that an absent client has is counted on.
    void resume_life();

    /// DISCONNECT may change the expiry; the caller has checked that it may. [MQTT-3.14.2-2]
    void set_expiry(std::uint32_t expiry) { expiry_ = expiry; }

    [[nodiscard]] std::uint32_t expiry() const { return expiry_; }

    /// Its client has been away for too long, and it is about to end.
    [[nodiscard]] bool has_expired() const {
        return link_ == nullptr && session_ends_ <= context().now;
    }

    /// Ends the session for good: will, subscriptions, queue; shared messages go to other members.
    /// [MQTT-3.1.2-23]
    void end();
    /// The broker stops: a connected client's will is published now.
    void publish_will_now();

    // --- receive_publish.cpp ---
    void receive(const mqtt::Publish& publish);
    void receive(const mqtt::Pubrel& pubrel);

    /// A QoS 2 message that was accepted turned out to be lost: its identifier is free again when
    /// the client hears of it. True when that is a change to be saved first.
    [[nodiscard]] bool forget_received(mqtt::PacketId id);

    // --- acknowledge.cpp ---
    void receive(const mqtt::Puback& puback);
    void receive(const mqtt::Pubrec& pubrec);
    void receive(const mqtt::Pubcomp& pubcomp);

    // --- subscribe.cpp ---
    void receive(const mqtt::Subscribe& subscribe);
    void receive(const mqtt::Unsubscribe& unsubscribe);
    void on_interest_known(PendingSuback& suback);

    [[nodiscard]] std::size_t subscription_count() const { return subscriptions().size(); }

    // --- deliver.cpp ---
    void deliver(InboundMessage& message, const Subscription& subscription) override;
    [[nodiscard]] bool deliver_shared(
        InboundMessage& message,
        const Subscription& subscription,
        const SharedKeyPtr& key,
        bool allowed_offline
    ) override;

    [[nodiscard]] bool is_online() const override { return link_ != nullptr; }

    [[nodiscard]] bool merges_overlapping() const override { return !speaks_v5_; }

    /// Drops those of the waiting messages that have expired, among so many from this place in the
    /// queue on, and moves the place. [MQTT-3.3.2-5]
    Outbox::Searched drop_expired(std::size_t& place, std::size_t budget);

    /// Output has drained or a slot became free: sends what waits, then goes on with replays.
    void send_waiting();

    // --- replay.cpp ---
    void on_retained(std::uint64_t replay_id, RetainedBatch& batch);

private:
    void on_timer(Timer& timer, base::SteadyTime now) override;

    [[nodiscard]] ShardContext& context() const { return services_.context; }

    [[nodiscard]] Publisher publisher() const;
    Outbox& outbox();

    /// topic: mount point included; a filter for subscribe.
    [[nodiscard]] bool may(TopicAccess access, std::string_view topic) const {
        return rules_ == nullptr || rules_->allows({user_name_, client_id_}, access, topic);
    }

    /// The journal when the session is kept, else nullptr.
    [[nodiscard]] Journal* journal() const { return kept_as_ == 0 ? nullptr : context().journal; }

    [[nodiscard]] SessionRecord record() const;
    void forget();
    void keep_row(OutgoingMessage& outgoing, RowState state, mqtt::PacketId id);
    void drop_row(const OutgoingMessage& outgoing);
    void keep_received(mqtt::PacketId id, const OutgoingMessage& released);
    /// The journal, for a change that the client may be told of.
    [[nodiscard]] Journal& changing();
    [[nodiscard]] bool waits_for_store(mqtt::Qos qos) const;

    void publish_will();
    void arm_timer();
    void drop_subscriptions();
    [[nodiscard]] bool shed_queue(std::size_t most);
    void give_away(const OutgoingMessage& outgoing, bool may_have_arrived);
    void hand_over_shared_messages();

    void accept_and_keep(const mqtt::Publish& publish, std::string_view topic);
    void acknowledge_publish(const mqtt::Publish& publish, const Acceptance& acceptance);
    void refuse_acknowledged(const mqtt::Publish& publish, mqtt::ReasonCode reason);
    void send_publish_reply(const mqtt::Publish& publish, mqtt::ReasonCode reason);
    [[nodiscard]] bool over_message_rate();
    [[nodiscard]] bool refuse_publish(const mqtt::Publish& publish, std::string_view topic);
    void finish_outgoing(const OutgoingMessage& message);
    void let_go(const OutgoingMessage& message);

    [[nodiscard]] mqtt::ReasonCode add_subscription(
        const mqtt::SubscriptionRequest& request,
        std::uint32_t identifier,
        std::vector<WaitingReplay>& replays
    );
    [[nodiscard]] mqtt::ReasonCode check_filter(std::string_view filter) const;
    void start_replays(std::vector<WaitingReplay>& replays);

    [[nodiscard]] Delivery
    delivery_for(const MessageParts& message, const Subscription& subscription) const;
    void deliver_as(InboundMessage& message, const Delivery& delivery);
    void deliver_qos0(InboundMessage& message, const Delivery& delivery);
    bool
    deliver_acknowledged(InboundMessage& message, OutgoingMessage outgoing, bool drop_when_full);
    bool send_now(OutgoingMessage outgoing);
    mqtt::PacketId put_in_flight(OutgoingMessage outgoing);
    [[nodiscard]] bool can_send_now(std::size_t bytes, mqtt::Qos qos);
    void resend_in_flight();
    void count_dropped(Counter& cause);
    [[nodiscard]] bool may_receive(std::string_view topic);
    [[nodiscard]] bool make_queue_room(std::size_t bytes);
    void note_queue_full();

    void stop_replay(std::string_view filter);
    void begin_next_replay();
    void end_current_replay();
    void pump_replays();
    [[nodiscard]] bool can_replay(const MessagePtr& message);
    void ask_for_batch(Replay& replay);
    void replay_message(Replay& replay, const MessagePtr& message);
    void note_overtaken(const MessageParts& message);

    SessionServices& services_;
    std::string client_id_;
    std::string user_name_;
    Link* link_ = nullptr;
    const Authorizer* rules_ = nullptr;
    std::unique_ptr<Will> will_;
    std::unique_ptr<Outbox> outbox_;
    std::unique_ptr<Replays> replays_;
    mqtt::flow::ReceiveFlow receive_flow_{0};
    Timer timer_;
    base::SteadyTime will_due_ = base::SteadyTime::max();
    base::SteadyTime session_ends_ = base::SteadyTime::max();
    std::uint64_t changed_in_ = 0; ///< last group of the journal with a change of it
    StoreId kept_as_ = 0;          ///< in the store; 0: not kept
    std::int64_t rate_second_ = 0; ///< that published_in_second_ counts [max_message_rate]
    std::uint32_t published_in_second_ = 0;
    Realm realm_ = Realm::nobody;
    std::uint32_t expiry_ = 0;
    std::uint16_t listener_ = 0;
    bool speaks_v5_ = false;
    bool retired_ = false;
};

} // namespace mqttd
