// Files of a store that cannot be read any more: they get another name, and are found by it later.
// Main thread.
#pragma once

#include "common/base/clock.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <string>
#include <system_error>

namespace mqttd {

struct SetAside {
    std::string name;      ///< of the file now
    std::error_code error; ///< why it still has its old name
};

/// Renames the file, and its log, to NAME.corrupt-20261126T034648Z; never over another file.
[[nodiscard]] SetAside set_aside(const std::string& path, base::WallTime now);

/// Renames the file that this error is about, and says so in its text.
[[nodiscard]] StoreError
keep_corrupt(const std::string& path, StoreError error, base::WallTime now);

/// The last one that was set aside; empty when there is none.
[[nodiscard]] std::string last_set_aside(const std::string& path);

} // namespace mqttd
