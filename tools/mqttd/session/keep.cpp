// What of a session is on disk: written into the shard's journal as it changes. [MQTT5 4.1]
#include "tools/mqttd/config/listener_name.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/session.hpp"

#include <utility>

namespace mqttd {

SessionRecord Session::record() const {
    SessionRecord record{
        .id = kept_as_,
        .client_id = client_id_,
        .user = user_name_,
        .realm = realm_,
        .speaks_v5 = speaks_v5_,
        .listener = name_of(context().config->listeners[listener_]),
        .expiry = expiry_,
        .disconnected = std::nullopt,
        .will = std::nullopt,
    };
    if (link_ == nullptr) record.disconnected = context().wall_now();
    if (will_) record.will = will_->record();
    return record;
}

Journal& Session::changing() {
    Journal& journal = *context().journal;
    changed_in_ = journal.group();
    return journal;
}

// Not one whose time counts anew with each connection: that has to be saved.
bool Session::can_go_on_unsaved() const {
    return is_kept() && is_saved() && context().journal->is_degraded();
}

void Session::keep() {
    Journal* const journal = context().journal;
    if (journal == nullptr) return;
    const std::size_t before = journal->position();
    // What is on disk already may be used while nothing can be written, so that a full store can be
    // emptied by who reads it.
    const bool may_go_on = can_go_on_unsaved() && !will_ && expiry_ == mqtt::session_never_expires;
    if (expiry_ == 0) {
        forget();
    } else {
        if (kept_as_ == 0) kept_as_ = journal->new_id();
        journal->put_session(record());
        if (!may_go_on) changed_in_ = journal->group();
    }
    const bool has_changes = journal->position() != before;
    if (link_ != nullptr && has_changes && !may_go_on) link_->hold_output();
}

void Session::forget() {
    Journal* const journal = this->journal();
    if (journal == nullptr) return;
    if (outbox_) {
        mqtt::flow::SendFlow<OutgoingMessage>& flow = outbox_->flow();
        flow.for_each([&](mqtt::PacketId id, mqtt::flow::Awaiting, mqtt::Qos, OutgoingMessage*) {
            OutgoingMessage& outgoing = *flow.item(id);
            drop_row(outgoing);
            outgoing.row = 0;
        });
        outbox_->for_each_queued([&](OutgoingMessage& outgoing) {
            drop_row(outgoing);
            outgoing.row = 0;
        });
    }
    journal->drop_session(kept_as_);
    kept_as_ = 0;
}

/// id: 0 while the message waits in the queue.
void Session::keep_row(OutgoingMessage& outgoing, RowState state, mqtt::PacketId id) {
    if (!is_kept()) return;
    // Of QoS 1 only the DUP flag would be wrong.
    Journal& journal = outgoing.qos == mqtt::Qos::exactly_once ? changing() : *context().journal;
    if (outgoing.row != 0) {
        journal.sent(outgoing.row, state, id);
        return;
    }
    outgoing.row = journal.new_id();
    journal.put_row(
        {.id = outgoing.row,
         .session = kept_as_,
         .identifier = outgoing.identifier,
         .packet_id = id,
         .state = state,
         .qos = outgoing.qos,
         .retain = outgoing.retain,
         .shared = outgoing.shared},
        outgoing.message
    );
}

void Session::drop_row(const OutgoingMessage& outgoing) {
    if (outgoing.row != 0) context().journal->drop_row(outgoing.row, outgoing.message);
}

/// PUBREC has come: the message is gone, its identifier not yet. [MQTT-4.3.3-4]
void Session::keep_received(mqtt::PacketId id, const OutgoingMessage& released) {
    if (released.row == 0) return;
    changing().received(released.row, id, released.message);
    outbox_->flow().item(id)->row = released.row;
}

/// QoS 2 is sent when its identifier is on disk: not while nothing can be written.
bool Session::waits_for_store(mqtt::Qos qos) const {
    return qos == mqtt::Qos::exactly_once && kept_as_ != 0 && context().journal->is_degraded();
}

} // namespace mqttd
