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

/// Any file, with the flags of all connections. Without a checkpoint at its end.
[[nodiscard]] StoreResult<Connection> open_connection(const std::string& path);

/// An empty file for its owner alone, instead of what an earlier attempt left: its descriptor.
[[nodiscard]] StoreResult<int> create_draft(const std::string& path);

/// Makes the names in the folder of this file last when the machine does not. false: errno says
/// why not.
[[nodiscard]] bool flush_folder(const std::string& path);

/// Makes an empty store. The name appears when the file is complete and on disk.
[[nodiscard]] StoreResult<void> create_file(const std::string& path);

/// Read the whole file; corrupt when its parts do not fit together. The second one is slower and
/// looks into indexes as well.
[[nodiscard]] StoreResult<void> quick_check(sqlite3* connection, const std::string& path);
[[nodiscard]] StoreResult<void> integrity_check(sqlite3* connection, const std::string& path);

/// Whether the last run ended with Store::close().
[[nodiscard]] StoreResult<bool> was_clean(sqlite3* connection, const std::string& path);

} // namespace mqttd::sqlite
