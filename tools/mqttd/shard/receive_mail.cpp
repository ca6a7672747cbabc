// What a shard does with each kind of mail.
#include "tools/mqttd/shard/shard.hpp"

#include <utility>

namespace mqttd {

void Shard::receive_mail(TransportHost& transports) {
    transports_ = &transports;
    team_.inboxes[context_.index]->take(mail_);
    for (Mail& mail : mail_) {
        std::visit([this](auto& kind) { on_mail(kind); }, mail);
    }
    mail_.clear();
}

void Shard::on_mail(RouteMail& mail) {
    InboundMessage message(std::move(mail.message), context_.shapes);
    router_.route_local(message);
}

void Shard::on_mail(SharedMail& mail) {
    InboundMessage message(std::move(mail.message), context_.shapes);
    router_.route_shared(message, mail.key, mail.tried);
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
