// What the client answers to our QoS 1 and QoS 2 messages. Unknown identifiers are answered or
// ignored as the specification says, never fatal.
#include "tools/mqttd/context/stored_message.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/packet_sender.hpp"
#include "tools/mqttd/session/session.hpp"

namespace mqttd {

using mqtt::ReasonCode;

void Session::finish_outgoing(const OutgoingMessage& message) {
    drop_row(message);
    let_go(message);
}

void Session::let_go(const OutgoingMessage& message) {
    outbox().released(message);
    count_given_up(context().counters, *message.message);
}

void Session::receive(const mqtt::Puback& puback) {
    if (!outbox_) return;
    if (const auto finished = outbox_->flow().on_puback(puback.packet_id))
        finish_outgoing(*finished);
    resend_in_flight();
    send_waiting();
}

void Session::receive(const mqtt::Pubrec& pubrec) {
    std::optional<OutgoingMessage> released;
    const OutgoingMessage* const known = outbox().flow().item(pubrec.packet_id);
    const StoreId row = known == nullptr ? 0 : known->row;
    const bool is_error = link_->is_v5() && mqtt::is_error(pubrec.reason);
    const auto outcome = outbox().flow().on_pubrec(pubrec.packet_id, is_error, &released);
    if (released) let_go(*released);
    if (outcome == mqtt::flow::PubrecOutcome::finished_with_error) {
        if (row != 0) context().journal->drop_row(row, released ? released->message : MessagePtr{});
        resend_in_flight();
        send_waiting();
        return;
    }
    if (outcome == mqtt::flow::PubrecOutcome::unknown && is_error) return;
    if (released && row != 0) {
        keep_received(pubrec.packet_id, *released);
        link_->hold_output(); // PUBREL goes out when that is on disk
    }
    if (outcome == mqtt::flow::PubrecOutcome::send_pubrel || !link_->is_v5()) {
        send_short_reply(context(), *link_, mqtt::PacketType::pubrel, pubrec.packet_id);
        return;
    }
    const ReasonCode reason = ReasonCode::packet_identifier_not_found;
    send_packet(
        context(),
        *link_,
        mqtt::PacketType::pubrel,
        mqtt::Pubrel{{.packet_id = pubrec.packet_id, .reason = reason, .properties = {}}}
    );
}

void Session::receive(const mqtt::Pubcomp& pubcomp) {
    if (!outbox_) return;
    const OutgoingMessage* const known = outbox_->flow().item(pubcomp.packet_id);
    const StoreId row = known == nullptr ? 0 : known->row;
    if (outbox_->flow().on_pubcomp(pubcomp.packet_id) && row != 0) {
        context().journal->drop_row(row, {});
    }
    resend_in_flight();
    send_waiting();
}

} // namespace mqttd
