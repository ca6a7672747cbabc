// Changes for tests, made from the values that matter in them.
#pragma once

#include "tools/mqttd/persistence/change.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace test {

using mqttd::Change;

inline Change put_message(mqttd::StoreId id, const mqttd::MessageParts& parts) {
    Change change;
    change.kind = Change::Kind::put_message;
    change.id = id;
    change.message = mqttd::Message::create(parts);
    return change;
}

inline Change
put_message(mqttd::StoreId id, std::string_view topic, std::string_view payload = "payload") {
    return put_message(
        id,
        {.topic = topic, .properties = {}, .payload = base::as_bytes(payload), .qos = mqtt::Qos{1}}
    );
}

inline Change put_row(const mqttd::RowRecord& row) {
    Change change;
    change.kind = Change::Kind::put_row;
    change.id = row.id;
    change.session = row.session;
    change.message_id = row.message;
    change.identifier = row.identifier;
    change.packet_id = row.packet_id;
    change.state = row.state;
    change.qos = row.qos;
    change.retain = row.retain;
    change.detail = row.shared;
    return change;
}

inline Change put_row(mqttd::StoreId id, mqttd::StoreId session, mqttd::StoreId message) {
    mqttd::RowRecord row;
    row.id = id;
    row.session = session;
    row.message = message;
    row.qos = mqtt::Qos::at_least_once;
    return put_row(row);
}

inline Change update_row(mqttd::StoreId id, mqttd::RowState state, mqtt::PacketId packet_id) {
    Change change;
    change.kind = Change::Kind::update_row;
    change.id = id;
    change.state = state;
    change.packet_id = packet_id;
    return change;
}

/// drop_row, drop_message, drop_session.
inline Change drop(Change::Kind kind, mqttd::StoreId id) {
    Change change;
    change.kind = kind;
    change.id = id;
    return change;
}

inline Change put_session(mqttd::SessionRecord session) {
    Change change;
    change.kind = Change::Kind::put_session;
    change.id = session.id;
    change.detail = std::make_shared<const mqttd::SessionRecord>(std::move(session));
    return change;
}

inline Change put_session(mqttd::StoreId id, std::string_view client_id) {
    mqttd::SessionRecord session;
    session.id = id;
    session.client_id = client_id;
    session.expiry = 60;
    return put_session(std::move(session));
}

/// put_subscription or drop_subscription.
inline Change change_subscription(Change::Kind kind, mqttd::SubscriptionRecord record) {
    Change change;
    change.kind = kind;
    change.detail = std::make_shared<const mqttd::SubscriptionRecord>(std::move(record));
    return change;
}

inline Change put_subscription(mqttd::StoreId session, std::string_view filter) {
    mqttd::SubscriptionRecord record;
    record.session = session;
    record.filter = filter;
    return change_subscription(Change::Kind::put_subscription, std::move(record));
}

/// put_unreleased or drop_unreleased.
inline Change
change_unreleased(Change::Kind kind, mqttd::StoreId session, mqtt::PacketId packet_id) {
    Change change;
    change.kind = kind;
    change.id = session;
    change.packet_id = packet_id;
    return change;
}

} // namespace test
