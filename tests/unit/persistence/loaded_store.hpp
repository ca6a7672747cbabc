// What a store hands over, as lines that a test can compare and a person can read.
#pragma once

#include "common/base/escape.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace test {

inline std::string text_of(base::Bytes bytes) {
    return base::escaped(base::as_text(bytes), 1U << 22U);
}

inline std::string text_of(const mqttd::WillRecord& will) {
    std::string text = " will " + will.topic + " '" + text_of(will.payload) + "' properties '" +
                       text_of(will.properties) + "' mask " + std::to_string(will.property_mask) +
                       " delay " + std::to_string(will.delay);
    text += " expiry " + (will.expiry ? std::to_string(*will.expiry) : "none");
    return text + " qos " + std::to_string(static_cast<int>(will.qos)) + (will.retain ? " r" : "");
}

inline std::string text_of(const mqttd::SessionRecord& session) {
    std::string text =
        "session " + std::to_string(session.id) + " '" + session.client_id + "' user '" +
        session.user + "'" +
        (session.realm == mqttd::Realm::nobody
             ? ""
             : " realm " + std::to_string(static_cast<std::uint64_t>(session.realm))) +
        (session.speaks_v5 ? " v5" : "") + " at '" + session.listener + "' expiry " +
        std::to_string(session.expiry);
    if (session.disconnected) {
        const auto since = session.disconnected->time_since_epoch();
        text +=
            " gone " +
            std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
    }
    return session.will ? text + text_of(*session.will) : text;
}

inline std::string text_of(const mqttd::SubscriptionRecord& record) {
    const mqtt::SubscriptionOptions& options = record.subscription.options;
    return "subscription " + std::to_string(record.session) + " " + record.filter + " qos " +
           std::to_string(static_cast<int>(options.qos)) + (options.no_local ? " nl" : "") +
           (options.retain_as_published ? " rap" : "") + " rh " +
           std::to_string(static_cast<int>(options.retain_handling)) + " id " +
           std::to_string(record.subscription.identifier);
}

/// now: what expiries are counted from, in milliseconds.
inline std::string
text_of(mqttd::StoreId id, const mqttd::MessageParts& message, base::SteadyTime now) {
    std::string text = "message " + std::to_string(id) + " " + std::string(message.topic) + " '" +
                       text_of(message.payload) + "' properties '" +
                       text_of(message.properties.wire()) + "' mask " +
                       std::to_string(message.properties.mask()) + " qos " +
                       std::to_string(static_cast<int>(message.qos)) +
                       (message.retain ? " r" : "") + " from " + std::to_string(message.origin);
    if (message.expires == mqttd::never_expires) return text;
    const auto left = std::chrono::round<std::chrono::milliseconds>(message.expires - now);
    return text + " expires in " + std::to_string(left.count());
}

inline std::string text_of(const mqttd::RowRecord& row) {
    std::string text = "row " + std::to_string(row.id) + " of " + std::to_string(row.session) +
                       " message " + std::to_string(row.message) + " state " +
                       std::to_string(static_cast<int>(row.state)) + " pid " +
                       std::to_string(row.packet_id) + " qos " +
                       std::to_string(static_cast<int>(row.qos)) + (row.retain ? " r" : "") +
                       " id " + std::to_string(row.identifier);
    return row.shared ? text + " shared " + row.shared->group + " " + row.shared->filter : text;
}

class LoadedStore final : public mqttd::StoreReader {
public:
    using Lines = std::vector<std::string>;

    LoadedStore(mqttd::Store& store, const mqttd::StoreTimes& times) : now_(times.steady) {
        auto loaded = store.load(*this, times);
        if (loaded.has_error()) {
            error = loaded.error();
            return;
        }
        summary = *loaded;
    }

    void on_session(mqttd::SessionRecord session) override { lines.push_back(text_of(session)); }

    void on_subscription(mqttd::SubscriptionRecord subscription) override {
        lines.push_back(text_of(subscription));
    }

    void on_unreleased(mqttd::StoreId session, mqtt::PacketId packet_id) override {
        lines.push_back("unreleased " + std::to_string(session) + " " + std::to_string(packet_id));
    }

    void on_message(mqttd::StoreId id, const mqttd::MessageParts& message) override {
        lines.push_back(text_of(id, message, now_));
    }

    void on_row(mqttd::RowRecord row) override { lines.push_back(text_of(row)); }

    Lines lines; // NOLINT(*-non-private-member-variables-in-classes)
    mqttd::LoadSummary summary;
    mqttd::StoreError error; ///< of the load; without text: none

private:
    base::SteadyTime now_;
};

} // namespace test
