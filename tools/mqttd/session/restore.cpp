// A session from the store, put together before the broker serves anybody.
#include "tools/mqttd/context/stored_message.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/session.hpp"

#include <algorithm>

namespace mqttd {

namespace {

mqtt::flow::Awaiting awaiting_in(RowState state) {
    switch (state) {
    case RowState::awaiting_pubrec:
        return mqtt::flow::Awaiting::pubrec;
    case RowState::awaiting_pubcomp:
        return mqtt::flow::Awaiting::pubcomp;
    default:
        return mqtt::flow::Awaiting::puback;
    }
}

} // namespace

// Whoever was connected when the broker ended has lost its connection now.
void Session::restore(const SessionRecord& record, std::size_t listener, const Authorizer* rules) {
    kept_as_ = record.id;
    user_name_ = record.user;
    realm_ = record.realm;
    speaks_v5_ = record.speaks_v5;
    listener_ = static_cast<std::uint16_t>(listener);
    rules_ = rules;
    expiry_ = record.expiry;
    const base::SteadyTime now = context().now;
    const base::WallTime wall = context().wall_now();
    const auto absent =
        std::max(wall - record.disconnected.value_or(wall), base::WallTime::duration{0});
    if (expiry_ != mqtt::session_never_expires) {
        session_ends_ = now + std::chrono::seconds(expiry_) - absent;
    }
    if (!record.will) return;
    will_ = std::make_unique<Will>(*record.will);
    will_due_ = std::min(now + will_->delay() - absent, session_ends_); // [MQTT-3.1.3-9]
}

void Session::restore_subscription(const SubscriptionRecord& record) {
    services_.router.subscribe(*this, record.filter, record.subscription);
}

void Session::restore_row(const RowRecord& row, const MessagePtr& message) {
    OutgoingMessage outgoing;
    outgoing.message = message;
    outgoing.shared = row.shared;
    outgoing.row = row.id;
    outgoing.identifier = row.identifier;
    outgoing.qos = row.qos;
    outgoing.retain = row.retain;
    if (message) count_kept(context().counters, *message);
    if (row.state == RowState::queued) {
        outbox().push(std::move(outgoing));
    } else {
        outbox().restore(row.packet_id, awaiting_in(row.state), std::move(outgoing));
    }
}

void Session::resume_life() {
    arm_timer();
}

} // namespace mqttd
