// One network connection: takes bytes, finds packets, hands them to the session, and gives its
// output to the transport once a turn. It starts on the shard that accepted it and moves once,
// after CONNECT, to the home of its client. Owned by Shard; shard thread only; knows no sockets and
// no clocks.
#pragma once

#include "common/mqtt/codec/decode.hpp"
#include "tools/mqttd/auth/access_control.hpp"
#include "tools/mqttd/connection/connect_handshake.hpp"
#include "tools/mqttd/connection/listener_state.hpp"
#include "tools/mqttd/connection/presence.hpp"
#include "tools/mqttd/connection/transport.hpp"
#include "tools/mqttd/connection/unsent_output.hpp"
#include "tools/mqttd/context/timer_queue.hpp"
#include "tools/mqttd/session/link.hpp"
#include "tools/mqttd/session/session_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mqttd {

class Connection;

/// What a connection needs of its shard beyond sessions. Owned by connection, implemented by Shard.
class ConnectionHost {
public:
    ConnectionHost(const ConnectionHost&) = delete;
    ConnectionHost& operator=(const ConnectionHost&) = delete;

    [[nodiscard]] virtual ShardContext& context() = 0;
    [[nodiscard]] virtual SessionTable& sessions() = 0;
    [[nodiscard]] virtual const AccessControl& access() const = 0;
    /// Takes the verdict about a login of this connection, on any thread, and brings it to
    /// Connection::on_verdict() unless the connection is gone by then.
    [[nodiscard]] virtual Authenticator::Done verdict_for(const Connection& connection) = 0;
    /// The shard where this client lives.
    [[nodiscard]] virtual unsigned home_of(std::string_view client_id) const = 0;
    /// A client identifier whose home is this shard.
    [[nodiscard]] virtual std::string assign_client_id(const std::string& prefix) = 0;
    /// Moves the connection to another shard at the end of the turn.
    virtual void rehome(Connection& connection, unsigned shard) = 0;
    /// The connection is over: it is finished and destroyed at the end of the turn.
    virtual void retire(Connection& connection) = 0;
    virtual void publish(const MessageParts& parts) = 0;
    /// Another shard's inbox is full: reading pauses.
    [[nodiscard]] virtual bool congested() const = 0;

protected:
    ConnectionHost() = default;
    ~ConnectionHost() = default;
};

class Connection final : public Link, public TransportUser, private Timer::Handler {
public:
    Connection(
        ConnectionHost& host,
        std::uint64_t number,
        std::unique_ptr<Transport> transport,
        std::shared_ptr<ListenerState> listener,
        Peer peer
    );
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // --- from the transport ---
    void on_bytes(base::Bytes input) override;
    void on_end(std::string_view error) override;
    void on_writable() override;
    [[nodiscard]] bool wants_bytes() const override;

    void on_peer(Peer peer) override;

    void on_failure(std::string_view why) override;

    // --- from the session (Link) ---
    void fail(mqtt::ReasonCode reason, std::string_view text) override;
    void taken_over() override;
    void flush() override;
    [[nodiscard]] bool forget_received(mqtt::PacketId packet_id) override;
    void end_of_turn() override;

    [[nodiscard]] std::uint64_t connection_number() const override { return number_; }

    // --- from the shard ---
    /// Bytes that arrived before it moved here are handled now.
    void arrive(ConnectionHost& host, std::uint64_t number);
    void depart();
    /// The inboxes of the other shards have room again.
    void on_decongested();
    /// What is known now about the login that was waited for.
    void on_verdict(LoginVerdict verdict);
    /// After a reload: who may not be connected any more goes.
    void on_access_changed();
    /// The broker, or the listener, is no longer there for it; why is for the log.
    void begin_shutdown(std::string_view why);
    /// After retire(): tells the session and the log.
    void finish();
    /// After finish(): sends the rest and closes the transport. False: something waits for a
    /// commit first; to be called again then.
    [[nodiscard]] bool part();
    /// What waits for a commit will not be committed soon: the client is told and keeps its
    /// messages.
    void on_store_failure();

    [[nodiscard]] Transport& transport() { return *transport_; }

private:
    enum class State : std::uint8_t { awaiting_connect, moving, logging_in, connected, closing };

    /// CONNECT has come and is read again later; nothing else is read until then.
    [[nodiscard]] bool holds_connect() const {
        return state_ == State::moving || state_ == State::logging_in;
    }

    /// Why and how it ends.
    struct Closing {
        std::string why;
        std::optional<mqtt::ReasonCode> reason;
    };

    static constexpr std::string_view listener_is_closed = "the listener was closed by a reload";

    void on_timer(Timer& timer, base::SteadyTime now) override;
    void on_connect_timeout();
    void on_keep_alive(base::SteadyTime now);

    [[nodiscard]] const BrokerConfig& config() const { return *context().config; }

    [[nodiscard]] const ListenerConfig& listener_config() const;

    std::size_t process(base::Bytes input);
    [[nodiscard]] base::Bytes complete_pending(base::Bytes input);
    void process_pending();
    [[nodiscard]] std::size_t lacking_bytes() const;
    [[nodiscard]] std::size_t frame_limit() const;
    void handle(const mqtt::codec::Frame& frame);
    void handle_connected(const mqtt::codec::Frame& frame);
    template <typename Packet>
    void hand_to_session(const mqtt::codec::Decoded<Packet>& packet);

    // log_in.cpp
    [[nodiscard]] bool has_logged_in(const mqtt::Connect& connect);
    [[nodiscard]] bool may_have_session(
        std::string_view client_id, const mqtt::Connect& connect, bool& clean_start
    ) const;
    /// What the files of the configuration say of the owner of a session.
    enum class Owner : std::uint8_t { known, gone, in_no_file };

    [[nodiscard]] Owner owner_of(const Session& session) const;
    [[nodiscard]] bool owns(const Session& session, const mqtt::Connect& connect) const;
    void refuse_login(const mqtt::Connect& connect, LoginVerdict verdict);
    void log_refused_login(std::string_view user, std::string_view why) const;
    void on_login_timeout();

    // connect.cpp
    void handle_connect(const mqtt::codec::Frame& frame);
    [[nodiscard]] bool comes_from_allowed_address(mqtt::ProtocolVersion version);
    void hold_connect(State state);
    void reject_first_packet(const mqtt::codec::Frame& frame);
    void reject_connect(const mqtt::codec::Frame& frame, const mqtt::codec::DecodeError& error);
    void refuse(mqtt::ProtocolVersion version, const ConnectRefusal& refusal);
    [[nodiscard]] bool has_room_for(std::string_view client_id, mqtt::ProtocolVersion version);
    [[nodiscard]] bool can_keep_session(const mqtt::Connect& connect, std::uint32_t expiry) const;
    void open_session(const mqtt::Connect& connect, const ConnectTerms& terms, bool assigned);
    void log_connected(const mqtt::Connect& connect) const;

    void handle_disconnect(const mqtt::codec::Frame& frame);
    void protocol_failure(const mqtt::codec::DecodeError& error);
    void send_disconnect(mqtt::ReasonCode reason, std::string_view text);
    /// reason: what DISCONNECT says or would have said; nullopt: there was none.
    void close(std::string_view why, std::optional<mqtt::ReasonCode> reason = std::nullopt);
    void leave_session(Ending ending);
    void publish_presence(const std::vector<PresenceMessage>& messages);
    [[nodiscard]] OnlineClient online_client() const;
    void log_closed() const;
    [[nodiscard]] std::string who() const;

    ConnectionHost* host_;
    std::uint64_t number_;
    std::unique_ptr<Transport> transport_;
    std::shared_ptr<ListenerState> listener_;
    Peer peer_;
    /// As admitted by the listener, when a proxy has told another.
    std::unique_ptr<const std::string> counted_address_;
    std::string client_id_;
    Session* session_ = nullptr;
    UnsentOutput unsent_;
    base::ByteBuffer pending_; ///< an incomplete packet, or what waits for the move
    Timer timer_;
    base::SteadyTime last_packet_;
    std::chrono::milliseconds keep_alive_timeout_{0};
    base::SteadyTime connected_since_{}; ///< when CONNECT was accepted
    std::uint64_t arrival_ = 0;          ///< number among the connections of its client
    std::uint16_t keep_alive_ = 0;       ///< seconds, as agreed
    bool clean_start_ = true;
    std::unique_ptr<const Closing> closing_; ///< while closing
    /// Of the user whose password is being or has been checked; 0: nobody's was.
    std::uint64_t login_mark_ = 0;
    std::optional<LoginVerdict> verdict_; ///< until CONNECT is read again
    Proof proof_ = Proof::none;
    State state_ = State::awaiting_connect;
    Ending ending_ = Ending::with_will;
    bool connack_held_ = false; ///< CONNACK waits for a commit
    bool broken_ = false;       ///< the transport takes nothing any more
    bool blocked_ = false;      ///< until on_writable()
};

} // namespace mqttd
