// The first packet of a connection: which client it is, where it lives, and whether it may come in.
// [MQTT5 3.1.4]
#include "common/base/escape.hpp"
#include "common/mqtt/flow/keep_alive.hpp"
#include "tools/mqttd/connection/address_lists.hpp"
#include "tools/mqttd/connection/connection.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/packet_sender.hpp"

#include <utility>

namespace mqttd {

namespace {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;

/// The protocol level byte of a CONNECT packet that could not be decoded, if it has one.
std::optional<std::uint8_t> protocol_level(base::Bytes body) {
    if (body.size() < 2) return std::nullopt;
    const std::size_t name_size = (std::size_t{body[0]} << 8U) | body[1];
    if (body.size() < name_size + 3) return std::nullopt;
    const std::string_view name = base::as_text(body.subspan(2, name_size));
    if (name != "MQTT" && name != "MQIsdp") return std::nullopt;
    return body[2 + name_size];
}

std::string guess_what_it_is(std::uint8_t first_byte) {
    if (first_byte == 0x16) return "this looks like TLS, and the listener expects plain MQTT";
    if (first_byte == 'G' || first_byte == 'P' || first_byte == 'H') {
        return "this looks like HTTP, and the listener expects plain MQTT";
    }
    return "first packet is not CONNECT";
}

} // namespace

void Connection::reject_first_packet(const mqtt::codec::Frame& frame) {
    context().counters.connections_refused_protocol.add();
    if (frame.type() == mqtt::PacketType::connect && frame.flags() == 0) {
        const LimitConfig& limits = config().limits;
        close(
            "CONNECT is malformed or larger than max_connect_size " +
            std::to_string(limits.max_connect_size)
        );
        return;
    }
    close(guess_what_it_is(frame.first_byte)); // [MQTT-3.1.0-1]
}

// A client that speaks 5.0 is told why; one with an unknown protocol level gets return code 1 in
// the 3.1.1 form, which every version understands. Anything else is closed without an answer.
// [MQTT-3.1.4-1] [MQTT-3.1.2-2]
void Connection::reject_connect(
    const mqtt::codec::Frame& frame, const mqtt::codec::DecodeError& error
) {
    context().counters.connections_refused_protocol.add();
    std::string text(error.what);
    if (!error.clause.empty()) text += " [" + std::string(error.clause) + "]";
    const auto level = protocol_level(frame.body);
    if (level == 5) {
        refuse(ProtocolVersion::v5, {error.reason, text});
    } else if (error.reason == ReasonCode::unsupported_protocol_version || error.reason == ReasonCode::client_identifier_not_valid) {
        refuse(ProtocolVersion::v311, {error.reason, text});
    } else {
        close("CONNECT refused: " + text);
    }
}

void Connection::refuse(ProtocolVersion version, const ConnectRefusal& refusal) {
    LinkTerms answer_terms = terms(); // with the client's Maximum Packet Size, if it is known
    answer_terms.version = version;
    set_terms(answer_terms);
    mqtt::PropertyBuilder properties;
    if (version == ProtocolVersion::v5) {
        properties.text(PropertyId::reason_string, refusal.text);
    }
    send_packet(
        context(),
        *this,
        mqtt::PacketType::connack,
        mqtt::Connack{.reason = refusal.reason, .properties = properties.list()}
    );
    close("CONNECT refused, " + std::string(mqtt::name_of(refusal.reason)) + ": " + refusal.text);
}

void Connection::handle_connect(const mqtt::codec::Frame& frame) {
    const auto decoded = mqtt::codec::decode_connect(frame);
    if (decoded.has_error()) return reject_connect(frame, decoded.error());
    mqtt::Connect connect = *decoded;
    LinkTerms answer_terms;
    answer_terms.version = connect.version;
    answer_terms.max_packet_size =
        connect.properties.number(PropertyId::maximum_packet_size).value_or(0);
    set_terms(answer_terms);
    if (listener_config().closed) { // while the connection moved between shards
        return refuse(
            connect.version, {ReasonCode::server_unavailable, std::string(listener_is_closed)}
        );
    }
    if (!comes_from_allowed_address(connect.version)) return;
    const auto proven = transport_->proven_user();
    if (proven) connect.user_name = proven->name;
    std::string_view client_id;
    if (proven && proven->name.empty()) {
        return refuse(
            connect.version,
            {ReasonCode::bad_user_name_or_password, "the certificate has no name for a user"}
        );
    }
    if (const auto refused = identify(connect, listener_config(), client_id)) {
        client_id_ = connect.client_id;
        return refuse(connect.version, *refused);
    }
    const bool assigned = client_id.empty();
    if (assigned) {
        client_id_ = host_->assign_client_id(listener_config().auto_id_prefix);
    } else {
        const unsigned home = host_->home_of(client_id);
        if (home != context().index) {
            hold_connect(State::moving);
            host_->rehome(*this, home);
            return;
        }
        client_id_ = client_id;
    }
    ConnectTerms terms;
    if (const auto refused = negotiate(connect, client_id_, config(), listener_config(), terms)) {
        if (refused->reason == ReasonCode::not_authorized && !has_user_name(connect)) {
            context().counters.logins_refused.add();
            log_refused_login({}, refused->text);
        }
        return refuse(connect.version, *refused);
    }
    proof_ = proven ? proven->by : Proof::none;
    // A password would prove nothing more than a certificate does.
    if (proof_ != Proof::certificate && !has_logged_in(connect)) return;
    if (!has_room_for(client_id_, connect.version)) return;
    if (terms.session_expiry > 0 && !can_keep_session(connect, terms.session_expiry)) {
        return refuse(
            connect.version,
            {ReasonCode::server_unavailable, "the broker cannot save sessions at the moment"}
        );
    }
    open_session(connect, terms, assigned);
}

/// False: refused. Asked here for clients behind a proxy, the others were asked when they came.
bool Connection::comes_from_allowed_address(ProtocolVersion version) {
    const std::string_view why = why_not_from(listener_config(), peer_.address);
    if (why.empty()) return true;
    context().counters.connections_refused_address.add();
    refuse(version, {ReasonCode::banned, std::string(why)});
    return false;
}

/// The packet is counted when it is read again.
void Connection::hold_connect(State state) {
    state_ = state;
    context().counters.messages_received.subtract();
    context()
        .counters.packets_received[static_cast<std::size_t>(mqtt::PacketType::connect)]
        .subtract();
}

// While nothing can be written, a session may be used that is on disk as it is and stays so.
bool Connection::can_keep_session(const mqtt::Connect& connect, std::uint32_t expiry) const {
    if (context().journal == nullptr || !context().journal->is_degraded()) return true;
    const Session* const session = host_->sessions().find(client_id_);
    return session != nullptr && session->can_go_on_unsaved() && !connect.clean_start &&
           !connect.will && expiry == mqtt::session_never_expires &&
           session->expiry() == mqtt::session_never_expires;
}

bool Connection::has_room_for(std::string_view client_id, ProtocolVersion version) {
    const std::int64_t maximum = config().limits.global_max_clients;
    const bool is_full = maximum >= 0 && host_->sessions().find(client_id) == nullptr &&
                         context().totals.sessions.load(std::memory_order_relaxed) >= maximum;
    if (is_full) {
        context().counters.connections_refused_limit.add();
        if (version == ProtocolVersion::v5) {
            refuse(version, {ReasonCode::server_busy, "global_max_clients is reached"});
        } else {
            close("refused: global_max_clients " + std::to_string(maximum) + " is reached");
        }
        return false;
    }
    if (context().totals.memory_exhausted.load(std::memory_order_relaxed)) {
        context().counters.refused_memory_limit.add();
        refuse(version, {ReasonCode::quota_exceeded, "memory_limit is reached"});
        return false;
    }
    return true;
}

void Connection::open_session(
    const mqtt::Connect& connect, const ConnectTerms& terms, bool assigned
) {
    bool clean_start = connect.clean_start;
    if (!may_have_session(client_id_, connect, clean_start)) {
        return refuse(
            connect.version,
            {ReasonCode::not_authorized, "the client identifier belongs to another user"}
        );
    }
    const auto [session, present] = host_->sessions().claim(client_id_, clean_start);
    set_terms(terms.link);
    state_ = State::connected;
    session_ = session;
    connected_since_ = context().now;
    arrival_ = ++context().last_arrival;
    keep_alive_ = static_cast<std::uint16_t>(terms.keep_alive.count());
    clean_start_ = connect.clean_start;
    session->attach(
        *this,
        terms.session_expiry,
        {.user = connect.user_name.value_or(std::string_view{}),
         .realm = realm_of(proof_, listener_config()),
         .listener = listener_->index(),
         .rules = host_->access().of(listener_->index()).rules.get()}
    );
    if (connect.will) {
        session->set_will(std::make_unique<Will>(
            *connect.will, terms.link.mount_point + std::string(connect.will->topic)
        ));
    }
    session->keep();
    connack_held_ = is_held();
    mqtt::PropertyBuilder properties;
    if (is_v5()) {
        properties = connack_properties(
            terms, config(), assigned ? std::string_view(client_id_) : std::string_view{}
        );
    }
    // 3.1 has no session present flag. [MQTT311-3.2.2-4]
    const bool tells_present = present && terms.link.version != ProtocolVersion::v31;
    send_packet(
        context(),
        *this,
        mqtt::PacketType::connack,
        mqtt::Connack{
            .session_present = tells_present,
            .reason = ReasonCode::success,
            .properties = properties.list()}
    );
    keep_alive_timeout_ = mqtt::flow::KeepAlive(terms.keep_alive).server_timeout();
    if (keep_alive_timeout_.count() > 0) {
        context().timers.set(timer_, context().now + keep_alive_timeout_);
    } else {
        context().timers.cancel(timer_);
    }
    log_connected(connect);
    session->resume();
    publish_presence(arrival_messages(config(), online_client()));
}

void Connection::log_connected(const mqtt::Connect& connect) const {
    if (!config().log.connection_messages) return;
    context().write_log(base::LogLevel::notice, [&] {
        return "new " + who() + " connected: MQTT " + std::string(mqtt::name_of(connect.version)) +
               ", clean start " + (connect.clean_start ? "yes" : "no") + ", keep alive " +
               std::to_string(connect.keep_alive) + " s" + (connect.will ? ", with will" : "") +
               (transport_->description().empty() ? "" : ", " + transport_->description());
    });
}

} // namespace mqttd
