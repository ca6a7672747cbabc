#include "tools/mqttd/app/open_store.hpp"

#include "tools/mqttd/app/start_error.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"

#include <string>
#include <utility>

namespace mqttd {

std::string store_path(const PersistenceConfig& config) {
    if (config.location.empty()) return config.file;
    return config.location.ends_with('/') ? config.location + config.file
                                          : config.location + '/' + config.file;
}

void refuse_store(const BrokerConfig& config, const StoreError& error) {
    throw StartError(error_at(origin_of(config, "persistence"), error.text));
}

std::unique_ptr<Store> open_store(const BrokerConfig& config, base::Log& log, base::WallTime now) {
    const SqliteStoreSettings settings{
        .path = store_path(config.persistence),
        .fsync = config.persistence.fsync,
        .on_corruption = config.persistence.on_corruption == UnreadableStore::start_empty
                             ? OnCorruption::start_empty
                             : OnCorruption::refuse,
        .size_limit = config.persistence.max_size,
    };
    auto opened = open_sqlite_store(settings, log, now);
    if (opened.has_error()) refuse_store(config, opened.error());
    return std::move(*opened);
}

} // namespace mqttd
