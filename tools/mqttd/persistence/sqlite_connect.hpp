// Files and connections: what is opened as a store, with which settings, and how a new file comes
// to be. Main thread.
#pragma once

#include "tools/mqttd/persistence/sqlite_handle.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <string>

namespace mqttd::sqlite {

/// Opens a store that exists, alone: nobody else can open it then. wrong_version: a file of
/// something else; nothing was changed.
[[nodiscard]] StoreResult<Connection> connect(const SqliteStoreSettings& settings);

/// Makes an empty store. The name appears when the file is complete and on disk.
[[nodiscard]] StoreResult<void> create_file(const std::string& path);

/// Reads the whole file; corrupt when its parts do not fit together.
[[nodiscard]] StoreResult<void> quick_check(sqlite3* connection, const std::string& path);

} // namespace mqttd::sqlite
