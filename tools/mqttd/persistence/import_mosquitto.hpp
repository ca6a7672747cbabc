// Puts what mosquitto remembered into a store: sessions, subscriptions, queued and in-flight
// messages, retained messages. Sessions have no owner then: see mosquitto_db.cpp about user names.
// Main thread; nobody else uses the store.
#pragma once

#include "tools/mqttd/persistence/mosquitto_db.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <cstdint>

namespace mqttd {

struct ImportSummary {
    std::uint64_t sessions = 0;
    std::uint64_t subscriptions = 0;
    std::uint64_t queued = 0; ///< places of messages in queues, in-flight ones included
    std::uint64_t retained = 0;
    std::uint64_t expired = 0; ///< messages and sessions whose time has passed: left out
    std::uint64_t illegal = 0; ///< what no MQTT client could have sent: left out
};

/// The store must be empty. What is imported is as times say: expired or not.
[[nodiscard]] StoreResult<ImportSummary>
import_mosquitto(const MosquittoDb& db, Store& store, const StoreTimes& times);

} // namespace mqttd
