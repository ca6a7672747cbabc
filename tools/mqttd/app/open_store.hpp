// From the persistence options to an open store. Main thread, at start.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <memory>
#include <string>

namespace mqttd {

/// The file of the store.
[[nodiscard]] std::string store_path(const PersistenceConfig& config);

/// Precondition: persistence is on. Throws StartError when the store cannot be used. log outlives
/// the store.
[[nodiscard]] std::unique_ptr<Store>
open_store(const BrokerConfig& config, base::Log& log, base::WallTime now);

/// The same error for what is found out while the store is read.
[[noreturn]] void refuse_store(const BrokerConfig& config, const StoreError& error);

} // namespace mqttd
