// The MQTT side of a client without input and output: bytes in, bytes out, time as an argument.
// Survives connections: what is in flight is sent again on the next one. Owned by the driver and
// used on its thread. Knows nothing of sockets, names and when to connect again.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "common/client/engine/engine_events.hpp"
#include "common/client/engine/failure.hpp"
#include "common/client/engine/inbox.hpp"
#include "common/client/engine/message.hpp"
#include "common/client/engine/outbox.hpp"
#include "common/client/engine/session_options.hpp"
#include "common/client/engine/wire.hpp"
#include "common/mqtt/codec/frame.hpp"
#include "common/mqtt/flow/packet_id_pool.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace client::engine {

enum class State : std::uint8_t {
    offline,    ///< no connection
    connecting, ///< CONNECT is on its way
    connected,
    closing, ///< DISCONNECT is on its way: write the output, then close
    failed,  ///< failure() says why: write the output, then close
};

class Engine {
public:
    /// events outlives the engine.
    Engine(SessionOptions options, EngineEvents& events);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine() = default;

    /// A network connection is there: CONNECT goes to the output.
    void on_opened(base::SteadyTime now);
    /// Bytes from the server, in any portions.
    void on_bytes(base::Bytes bytes, base::SteadyTime now);
    /// The time of next_time() has come; early calls do no harm.
    void on_time(base::SteadyTime now);
    /// The network connection is gone, or its end is wanted by the driver: offline until
    /// on_opened().
    void on_closed();

    /// When on_time() wants to be called; nullopt: no time matters.
    [[nodiscard]] std::optional<base::SteadyTime> next_time() const;

    /// Sends what waits, as far as it may. Events come from here, from on_bytes() and on_time()
    /// only.
    void pump(base::SteadyTime now);
    /// Bytes to write, taken away. now counts as the time of sending.
    [[nodiscard]] base::ByteBuffer take_output(base::SteadyTime now);

    [[nodiscard]] bool has_output() const { return wire_.pending() != 0; }

    [[nodiscard]] std::size_t output_size() const { return wire_.pending(); }

    [[nodiscard]] State state() const { return state_; }

    /// Why the connection failed; only in state failed.
    [[nodiscard]] const Failure& failure() const { return failure_; }

    [[nodiscard]] const SessionOptions& options() const { return options_; }

    /// See Client for these.
    base::Result<Token, Refusal> publish(Message message);
    base::Result<Token, Refusal> subscribe(const SubscribeRequest& request);
    base::Result<Token, Refusal> unsubscribe(UnsubscribeRequest request);
    /// With SessionOptions::manual_acknowledgement: the message is done with. Sent when the ones
    /// before it are; without a connection, when the server has sent it again.
    void acknowledge(DeliveryId id);
    /// From inside an event it takes effect when the packet at hand has been acknowledged.
    void disconnect(DisconnectRequest request);

    [[nodiscard]] bool can_publish() const { return !end_.has_value() && outbox_.has_room(); }

    [[nodiscard]] std::size_t unfinished() const { return outbox_.unfinished(); }

private:
    enum class RequestKind : std::uint8_t { subscribe, unsubscribe };

    /// A SUBSCRIBE or UNSUBSCRIBE that waits for its acknowledgement.
    struct Request {
        RequestKind kind = RequestKind::subscribe;
        Token token = 0;
        std::size_t count = 0;
    };

    void send_connect();
    [[nodiscard]] bool wants_clean_start() const;
    void fail(FailureKind kind, mqtt::ReasonCode reason, std::string what);
    /// Tells the server why before the connection ends, as 5.0 wants it. [MQTT5 4.13.1]
    void fail_with_disconnect(mqtt::ReasonCode reason, std::string what);
    void write_disconnect();

    /// Returns how many bytes were used up.
    std::size_t consume(base::Bytes bytes);
    void on_frame(const mqtt::codec::Frame& frame);
    void on_refused_in_old_style(std::uint8_t return_code);
    void handle_before_connack(const mqtt::Packet& packet, std::uint8_t return_code);
    void handle(const mqtt::Packet& packet);
    void on_packet(const mqtt::Connack& packet, std::uint8_t return_code);
    void on_packet(const mqtt::Publish& packet);
    void on_packet(const mqtt::Puback& packet);
    void on_packet(const mqtt::Pubrec& packet);
    void on_packet(const mqtt::Pubrel& packet);
    void on_packet(const mqtt::Pubcomp& packet);
    void on_packet(const mqtt::Suback& packet);
    void on_packet(const mqtt::Unsuback& packet);
    void on_packet(const mqtt::Pingresp& packet);
    void on_packet(const mqtt::Disconnect& packet);
    void on_packet(const mqtt::Auth& packet);
    /// The request of this kind that an acknowledgement ends.
    std::optional<Request> take_request(mqtt::PacketId id, RequestKind kind);

    SessionOptions options_;
    EngineEvents& events_;
    Wire wire_;
    mqtt::flow::PacketIdPool ids_;
    Outbox outbox_;
    Inbox inbox_;

    State state_ = State::offline;
    Failure failure_;
    std::optional<DisconnectRequest> end_; ///< disconnect() was called
    bool in_packet_ = false;               ///< events of a packet are running
    bool was_connected_ = false;           ///< some connection had its CONNACK
    base::ByteBuffer input_;               ///< an incomplete packet
    std::unordered_map<mqtt::PacketId, Request> requests_;
    Token last_token_ = 0;
    ServerLimits limits_;

    base::Duration keep_alive_{0};
    base::SteadyTime last_sent_;
    base::SteadyTime last_received_;
    std::optional<base::SteadyTime> ping_sent_;
};

} // namespace client::engine
