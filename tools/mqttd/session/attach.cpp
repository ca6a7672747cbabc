// A session's life around its connections: attach, detach, will, expiry, end.
#include "common/base/escape.hpp"
#include "tools/mqttd/context/stored_message.hpp"
#include "tools/mqttd/persistence/journal.hpp"
#include "tools/mqttd/session/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mqttd {

namespace {

/// Messages of an expired session that go in one turn, and how long the next ones wait.
constexpr std::size_t shed_at_a_time = 1000;
constexpr std::chrono::milliseconds shed_pause{1};

} // namespace

Session::Session(SessionServices& services, std::string client_id, std::uint64_t number)
    : Subscriber(number), services_(services), client_id_(std::move(client_id)), timer_(*this) {
    context().counters.clients_total.add();
    context().totals.sessions.fetch_add(1, std::memory_order_relaxed);
}

Session::~Session() {
    context().counters.clients_total.subtract();
    context().totals.sessions.fetch_sub(1, std::memory_order_relaxed);
}

Outbox& Session::outbox() {
    if (!outbox_) {
        outbox_ = std::make_unique<Outbox>();
        if (link_ != nullptr) outbox_->flow().set_window(link_->terms().send_window);
    }
    return *outbox_;
}

void Session::attach(Link& link, std::uint32_t expiry, const ClientIdentity& identity) {
    link_ = &link;
    expiry_ = expiry;
    user_name_ = identity.user;
    realm_ = identity.realm;
    listener_ = static_cast<std::uint16_t>(identity.listener);
    rules_ = identity.rules;
    speaks_v5_ = link.is_v5();
    if (will_due_ <= context().now) { // since a moment ago, or since before the broker started
        const auto bearing = Journal::bear_own(context().journal);
        publish_will();
        if (is_kept()) keep(); // the record without it, in one transaction with its rows
    }
    will_.reset(); // a delayed one is cancelled by the new connection [MQTT-3.1.3-9]
    will_due_ = session_ends_ = base::SteadyTime::max();
    context().timers.cancel(timer_);
    context().counters.clients_connected.add();
    receive_flow_.clear_quota();
    receive_flow_.set_receive_maximum(link.terms().receive_window);
    if (outbox_) {
        outbox_->flow().set_window(link.terms().send_window);
        outbox_->flow().begin_resend();
    }
    services_.router.presence_changed(*this);
}

void Session::resume() {
    resend_in_flight();
    send_waiting();
}

void Session::detach(Ending ending) {
    if (link_ == nullptr) return;
    Link& link = *std::exchange(link_, nullptr);
    context().counters.clients_connected.subtract();
    const bool had_will = will_ != nullptr;
    if (ending == Ending::normal) will_.reset(); // [MQTT-3.1.2-10]
    if (expiry_ == 0) {
        const bool was_kept = is_kept();
        end();
        if (was_kept) link.hold_output();
        return;
    }
    services_.router.presence_changed(*this);
    const base::SteadyTime now = context().now;
    session_ends_ = expiry_ == mqtt::session_never_expires ? base::SteadyTime::max()
                                                           : now + std::chrono::seconds(expiry_);
    // The will and the record without it go to the disk together, on whichever shards its
    // subscribers live.
    const auto bearing = Journal::bear_own(context().journal);
    if (will_ && will_->delay().count() == 0) {
        publish_will();
    } else if (will_) {
        will_due_ = std::min(now + will_->delay(), session_ends_); // [MQTT-3.1.3-9]
    }
    keep();
    if (is_kept() && had_will) link.hold_output();
    arm_timer();
}

void Session::arm_timer() {
    const base::SteadyTime next = std::min(will_due_, session_ends_);
    if (next != base::SteadyTime::max()) context().timers.set(timer_, next);
}

void Session::on_timer(Timer&, base::SteadyTime now) {
    if (will_due_ <= now) {
        will_due_ = base::SteadyTime::max();
        const auto bearing = Journal::bear_own(context().journal);
        publish_will();
        if (is_kept()) keep();
    }
    if (session_ends_ <= now) {
        if (!shed_queue(shed_at_a_time)) {
            context().timers.set(timer_, now + shed_pause);
            return;
        }
        context().counters.clients_expired.add();
        context().write_log(base::LogLevel::notice, [&] {
            return "session of client " + base::escaped(client_id_) + " has expired";
        });
        end();
        return;
    }
    arm_timer();
}

void Session::publish_will() {
    if (!will_) return;
    const std::unique_ptr<Will> will = std::move(will_);
    MessageParts parts = will->parts(context().now, number());
    parts.source = source_of(publisher(), parts.retain);
    if (!may(TopicAccess::write, parts.topic)) {
        context().counters.denied_publish.add();
        context().counters.publish_dropped.add();
        context().write_log(base::LogLevel::notice, [&] {
            return "the will of client " + base::escaped(client_id_) +
                   " is not published: it may not publish to " + base::escaped(parts.topic);
        });
        return;
    }
    context().counters.wills_sent.add();
    services_.pipeline.publish(parts);
}

// One with a delay goes on waiting when the session is kept: the client may be back in time.
// [MQTT-3.1.3-9]
void Session::publish_will_now() {
    if (will_ && is_kept() && will_->delay().count() > 0) return;
    const auto bearing = Journal::bear_own(context().journal);
    publish_will();
    if (is_kept()) keep();
}

void Session::end() {
    if (retired_) return;
    retired_ = true;
    if (link_ != nullptr) {
        link_ = nullptr;
        context().counters.clients_connected.subtract();
    }
    context().timers.cancel(timer_);
    // What is handed over must neither be lost nor come twice.
    const auto bearing = Journal::bear_own(context().journal);
    publish_will();
    drop_subscriptions();
    forget();
    hand_over_shared_messages();
    services_.retire(*this);
}

void Session::drop_subscriptions() {
    services_.router.unsubscribe_all(*this);
    replays_.reset();
}

/// A part of the end of a session that has expired: so many of its waiting messages. True when none
/// is left.
bool Session::shed_queue(std::size_t most) {
    if (!outbox_) return true;
    const auto bearing = Journal::bear_own(context().journal);
    drop_subscriptions(); // nothing more comes
    for (; most > 0 && !outbox_->queue_empty(); --most) {
        const OutgoingMessage outgoing = outbox_->pop();
        drop_row(outgoing);
        give_away(outgoing, false);
    }
    return outbox_->queue_empty();
}

/// Only a message that the client has certainly not received goes to another member of its shared
/// subscription: a QoS 2 one in flight may have arrived. [MQTT-4.8.2-4] [MQTT-4.8.2-5]
void Session::give_away(const OutgoingMessage& outgoing, bool may_have_arrived) {
    count_given_up(context().counters, *outgoing.message);
    if (!outgoing.shared || may_have_arrived) return;
    InboundMessage message(outgoing.message, context().shapes);
    services_.router.route_shared(message, outgoing.shared, 0);
}

void Session::hand_over_shared_messages() {
    if (!outbox_) return;
    const std::unique_ptr<Outbox> outbox = std::move(outbox_);
    outbox->flow().for_each(
        [&](mqtt::PacketId, mqtt::flow::Awaiting, mqtt::Qos qos, OutgoingMessage* outgoing) {
            if (outgoing != nullptr) give_away(*outgoing, qos == mqtt::Qos::exactly_once);
        }
    );
    outbox->for_each_queued([&](const OutgoingMessage& outgoing) { give_away(outgoing, false); });
}

} // namespace mqttd
