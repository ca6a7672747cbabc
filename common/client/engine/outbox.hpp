// The messages a client sends: the queue, what is in flight, topic aliases. Survives connections.
// Owned by the engine, which feeds it the acknowledgements. Knows nothing of subscriptions and
// time. [MQTT-4.3.2] [MQTT-4.3.3] [MQTT-4.4.0-1]
#pragma once

#include "common/base/result.hpp"
#include "common/client/engine/engine_events.hpp"
#include "common/client/engine/session_options.hpp"
#include "common/client/engine/wire.hpp"
#include "common/mqtt/flow/packet_id_pool.hpp"
#include "common/mqtt/flow/send_flow.hpp"
#include "common/mqtt/flow/topic_alias.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace client::engine {

class Outbox {
public:
    /// All of them outlive the outbox; ids is shared with SUBSCRIBE and UNSUBSCRIBE.
    Outbox(
        const SessionOptions& options,
        EngineEvents& events,
        Wire& wire,
        mqtt::flow::PacketIdPool& ids
    );

    /// Takes a message into the queue; pump() sends it. Nothing is called from inside.
    base::Result<Token, Refusal> accept(Token token, Message message);

    [[nodiscard]] bool has_room() const { return !full_; }

    /// Queued or in flight.
    [[nodiscard]] std::size_t unfinished() const { return queue_.size() + in_flight_.in_flight(); }

    /// A CONNACK came: what is in flight is sent again, in order; without a session as new
    /// messages. [MQTT-4.4.0-1] [MQTT-4.6.0-1]
    void begin(const ServerLimits& limits, bool session_present);

    /// The connection is gone.
    void end() { open_ = false; }

    /// Sends from the queue what window and output have room for.
    void pump();

    /// false: the identifier is not in flight like this, which the peer must be told or not be
    /// believed.
    bool on_puback(const mqtt::Puback& packet);
    void on_pubrec(const mqtt::Pubrec& packet);
    bool on_pubcomp(const mqtt::Pubcomp& packet);

private:
    struct Entry {
        Token token = 0;
        Message message;
    };

    using EntryPtr = std::unique_ptr<Entry>;

    void send_queued();
    void resend();
    void send(const Entry& entry, mqtt::PacketId id, bool dup);
    void drop_what_the_server_refuses();
    /// A session that the server does not know: QoS 2 messages it had received are done.
    void finish_released();
    void finish(Token token, const Published& result);
    void finish(Token token, mqtt::Qos qos, const mqtt::PublishReply& reply);

    const SessionOptions& options_;
    EngineEvents& events_;
    Wire& wire_;
    mqtt::flow::PacketIdPool& ids_;

    std::deque<EntryPtr> queue_;
    std::size_t queued_bytes_ = 0;
    bool full_ = false;
    bool open_ = false;
    bool resend_as_duplicates_ = false;
    bool pumping_ = false;
    ServerLimits limits_;

    mqtt::flow::SendFlow<EntryPtr> in_flight_;
    std::unordered_map<mqtt::PacketId, Token> released_; ///< PUBREC came, PUBCOMP did not
    mqtt::flow::AliasSender aliases_{0};
    /// Aliases that callers chose, known to the server: alias → topic.
    std::unordered_map<std::uint32_t, std::string> chosen_aliases_;
};

} // namespace client::engine
