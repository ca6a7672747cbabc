// The store in one SQLite file: one process, one connection, write-ahead log; a commit is one
// transaction. Knows nothing about sessions beyond their records.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace mqttd {

/// What becomes of a file that cannot be read.
enum class OnCorruption : std::uint8_t {
    refuse,      ///< set aside, and no start until somebody has decided
    start_empty, ///< set aside, and an empty store in its place
};

struct SqliteStoreSettings {
    std::string path;   ///< its folder must exist
    bool fsync = false; ///< commits survive a crash of the machine
    OnCorruption on_corruption = OnCorruption::refuse;
    std::uint64_t size_limit = 0; ///< bytes of the file, without its log; 0: none
};

/// Opens or makes the file, which only its owner may read, and checks it when the last run did not
/// end with close(); that reads all of it. now: names a file that is set aside. log must outlive
/// the store. Main thread, after the last fork and as the user that the process stays; another
/// thread may use the store then. Nothing else in the process may open the file: closing it would
/// give up the lock.
[[nodiscard]] StoreResult<std::unique_ptr<Store>>
open_sqlite_store(const SqliteStoreSettings& settings, base::Log& log, base::WallTime now);

} // namespace mqttd
