// From the file of mosquitto to a new file of a store. Main thread.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/persistence/import_mosquitto.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <string>

namespace mqttd {

/// path: a mosquitto.db, which is not changed. target: must not exist; it appears when everything
/// is in it.
[[nodiscard]] StoreResult<ImportSummary> import_mosquitto_file(
    const std::string& path, const std::string& target, const StoreTimes& times, base::Log& log
);

} // namespace mqttd
