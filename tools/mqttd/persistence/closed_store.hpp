// What can be done with the file of a store that no broker has open: read it, check it, copy it.
// The file is not changed. Main thread.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <string>

namespace mqttd {

enum class Thoroughness : std::uint8_t {
    content, ///< what is read has to make sense
    file,    ///< and all parts of the file have to fit together
};

/// Hands everything over, but orphans: those are counted.
[[nodiscard]] StoreResult<LoadSummary> read_closed_store(
    const std::string& path,
    StoreReader& reader,
    const StoreTimes& times,
    Thoroughness thoroughness,
    base::Log& log
);

/// target must not exist yet.
[[nodiscard]] StoreResult<void>
back_up_closed_store(const std::string& path, const std::string& target);

} // namespace mqttd
