// What a shard does with each kind of mail.
#include "tools/mqttd/shard/shard.hpp"

#include <utility>

namespace mqttd {

namespace {

/// To the shard that it came from.
void tell_fate(InboundMessage& message) {
    if (message.parts().qos != mqtt::Qos::at_most_once) {
        message.message()->note_fate(message.fate());
    }
}

} // namespace

void Shard::receive_mail(TransportHost& transports) {
    transports_ = &transports;
    team_.inboxes[context_.index]->take(mail_);
    for (Mail& mail : mail_) {
        std::visit([this](auto& kind) { on_mail(kind); }, mail);
    }
    mail_.clear();
}

void Shard::on_mail(RouteMail& mail) {
    const auto bearing = Journal::bear(context_.journal, mail.token);
    InboundMessage message(std::move(mail.message), context_.shapes);
    router_.route_local(message);
    tell_fate(message);
}

void Shard::on_mail(SharedMail& mail) {
    const auto bearing =
        Journal::bear(context_.journal, mail.bears_token ? mail.token : CommitTokenPtr{});
    mailroom_.begin_relay(mail);
    InboundMessage message(std::move(mail.message), context_.shapes);
    router_.route_shared(message, mail.key, mail.tried);
    tell_fate(message);
    if (auto token = mailroom_.end_relay()) durability_->arrived(std::move(token));
}

void Shard::on_mail(TurnMail& mail) {
    durability_->arrived(std::move(mail.token));
}

void Shard::on_mail(SettledMail& mail) {
    durability_->on_settled(mail.token);
}

void Shard::on_mail(CommittedMail& mail) {
    durability_->on_committed(mail.group);
    for (const std::uint64_t connection : durability_->take_released())
        release(connection);
}

void Shard::on_mail(StoreStateMail& mail) {
    if (context_.index == 0) publish_store_state(mail.state);
    if (mail.state == StoreState::degraded) {
        for (const std::uint64_t connection : durability_->take_all_held())
            give_up_waiting(connection);
        return;
    }
    for (const auto& [number, connection] : connections_)
        connection->output_changed(); // what could not be sent meanwhile is looked at again
}

void Shard::release(std::uint64_t connection) {
    if (const auto found = connections_.find(connection); found != connections_.end()) {
        found->second->release_output();
        return;
    }
    const auto found = lingering_.find(connection);
    if (found == lingering_.end()) return;
    found->second->release_output();
    if (!found->second->part()) return;
    finished_.push_back(std::move(found->second));
    lingering_.erase(found);
}

void Shard::give_up_waiting(std::uint64_t connection) {
    if (const auto found = connections_.find(connection); found != connections_.end()) {
        found->second->on_store_failure();
        return;
    }
    const auto found = lingering_.find(connection);
    if (found == lingering_.end()) return;
    found->second->on_store_failure();
    static_cast<void>(found->second->part());
    finished_.push_back(std::move(found->second));
    lingering_.erase(found);
}

void Shard::on_mail(InterestMail& mail) {
    router_.on_interest(mail.from, mail.filter, mail.present);
    mailroom_.confirm_later(mail.from, mail.sequence);
}

void Shard::on_mail(MembersMail& mail) {
    router_.on_members(mail.from, mail.key, mail.count);
    mailroom_.confirm_later(mail.from, mail.sequence);
}

void Shard::on_mail(ConfirmMail& mail) {
    mailroom_.on_confirmed(mail.from, mail.sequence);
}

void Shard::on_mail(BatchMail& mail) {
    Session* const session = sessions_.find(mail.session);
    if (session != nullptr) session->on_retained(mail.replay, mail.batch);
}

void Shard::on_mail(VerdictMail& mail) {
    const auto found = connections_.find(mail.connection);
    if (found != connections_.end()) found->second->on_verdict(mail.verdict);
}

void Shard::on_mail(RehomeMail& mail) {
    const std::uint64_t number = ++connections_made_;
    Connection& connection = *mail.connection;
    connections_.emplace(number, std::move(mail.connection));
    connection.transport().join(*transports_, context_, connection);
    connection.arrive(*this, number);
}

} // namespace mqttd
