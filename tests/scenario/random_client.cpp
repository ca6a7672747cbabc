#include "tests/scenario/random_client.hpp"

#include "tests/support/packet_text.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace scenario {

using mqtt::PacketId;

std::string Label::text() const {
    return std::to_string(publisher) + ' ' + std::to_string(number) + ' ' + std::to_string(qos);
}

Label Label::parse(std::string_view text) {
    Label label;
    std::istringstream(std::string(text)) >> label.publisher >> label.number >> label.qos;
    return label;
}

void RandomClient::connect(unsigned shard) {
    peer_.emplace(broker_, broker_.open(shard));
    support::ConnectOptions options{.version = version_, .clean = false};
    if (version_ == mqtt::ProtocolVersion::v5) {
        options.properties.number(
            mqtt::PropertyId::session_expiry_interval, mqtt::session_never_expires
        );
        options.properties.number(mqtt::PropertyId::receive_maximum, window);
        options.properties.number(mqtt::PropertyId::topic_alias_maximum, 2);
    }
    peer_->queue_connect(id_, options);
    ready_ = false;
    aliases_.clear();
}

void RandomClient::lose_connection(bool unread_too) {
    if (unread_too) peer_->socket().to_broker.clear();
    peer_->socket().ended = true;
    peer_.reset();
    ready_ = false;
}

void RandomClient::send(const Outgoing& message, bool dup) {
    peer_->queue_publish(
        message.topic,
        message.payload,
        {.qos = message.qos, .retain = message.retain, .dup = dup, .id = message.id}
    );
}

void RandomClient::publish(
    const std::string& topic, const std::string& payload, int qos, bool retain
) {
    Outgoing message{.topic = topic, .payload = payload, .qos = qos, .retain = retain};
    if (qos > 0) {
        do {
            last_id_ = static_cast<PacketId>(last_id_ % 50 + 1); // identifiers are used again soon
        } while (std::any_of(outgoing_.begin(), outgoing_.end(), [&](const Outgoing& other) {
            return other.id == last_id_;
        }));
        message.id = last_id_;
    }
    send(message, false);
    if (qos > 0) outgoing_.push_back(std::move(message));
}

void RandomClient::subscribe(const std::string& filter, int qos) {
    mqtt::Subscribe subscribe{.packet_id = 60'000, .properties = {}, .requests = {}};
    subscribe.requests.push_back({.filter = filter, .options = {.qos = static_cast<mqtt::Qos>(qos)}}
    );
    peer_->queue(subscribe);
}

void RandomClient::work(std::size_t most_packets) {
    for (std::size_t i = 0; i < most_packets && peer_; ++i) {
        const auto packet = peer_->next_packet();
        if (packet) {
            handle(*packet);
            continue;
        }
        const std::string state = peer_->next();
        if (state.starts_with("malformed")) trouble_ = state;
        if (state == "closed") peer_.reset(); // an older connection of ours was served after this
        if (state == "closed") ready_ = false;
        return;
    }
}

void RandomClient::handle(const mqtt::Packet& packet) {
    if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
        on_publish(*publish);
    } else if (const auto* puback = std::get_if<mqtt::Puback>(&packet)) {
        finish(puback->packet_id);
    } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) {
        on_pubrec(pubrec->packet_id);
    } else if (const auto* pubcomp = std::get_if<mqtt::Pubcomp>(&packet)) {
        finish(pubcomp->packet_id);
    } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
        half_received_.erase(pubrel->packet_id);
        peer_->queue(mqtt::Pubcomp{{.packet_id = pubrel->packet_id, .properties = {}}});
    } else if (const auto* connack = std::get_if<mqtt::Connack>(&packet)) {
        on_connack(*connack);
    } else if (const auto* disconnect = std::get_if<mqtt::Disconnect>(&packet)) {
        if (disconnect->reason != mqtt::ReasonCode::session_taken_over) {
            trouble_ = support::packet_text(packet);
        }
    } else if (!std::holds_alternative<mqtt::Suback>(packet)) {
        trouble_ = "unexpected " + support::packet_text(packet);
    }
}

void RandomClient::on_connack(const mqtt::Connack& connack) {
    if (connack.reason != mqtt::ReasonCode::success) trouble_ = "CONNECT was refused";
    if (had_session_ && !connack.session_present) trouble_ = "the session was lost";
    had_session_ = true;
    ready_ = true;
    for (const Outgoing& message : outgoing_) {
        if (message.received) {
            peer_->queue(mqtt::Pubrel{{.packet_id = message.id, .properties = {}}});
        } else {
            send(message, true);
        }
    }
}

void RandomClient::on_publish(const mqtt::Publish& publish) {
    std::string topic(publish.topic);
    if (const auto alias = publish.properties.number(mqtt::PropertyId::topic_alias)) {
        std::string& known = aliases_[static_cast<PacketId>(*alias)];
        if (!topic.empty()) known = topic;
        topic = known;
    }
    if (topic.empty()) trouble_ = "a topic alias that was never set";
    const bool is_new =
        publish.qos != mqtt::Qos::exactly_once || half_received_.insert(publish.packet_id).second;
    if (is_new && !publish.payload.empty()) {
        received_.push_back({Label::parse(base::as_text(publish.payload)), topic});
    }
    if (publish.qos == mqtt::Qos::at_least_once) {
        peer_->queue(mqtt::Puback{{.packet_id = publish.packet_id, .properties = {}}});
    } else if (publish.qos == mqtt::Qos::exactly_once) {
        peer_->queue(mqtt::Pubrec{{.packet_id = publish.packet_id, .properties = {}}});
    }
}

void RandomClient::on_pubrec(PacketId id) {
    for (Outgoing& message : outgoing_) {
        if (message.id == id) message.received = true;
    }
    peer_->queue(mqtt::Pubrel{{.packet_id = id, .properties = {}}});
}

void RandomClient::finish(PacketId id) {
    std::erase_if(outgoing_, [&](const Outgoing& message) { return message.id == id; });
}

} // namespace scenario
