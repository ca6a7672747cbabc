// What SQLite's result codes mean for a store, and the words for them. Any thread.
#pragma once

#include "tools/mqttd/persistence/store.hpp"

#include <sqlite3.h>

#include <string>
#include <string_view>

namespace mqttd::sqlite {

/// code: an extended result code; system_error: errno of the call behind it, 0 = unknown.
[[nodiscard]] StoreFault fault_of(int code, int system_error);

/// The last error of a connection. doing: what could not be done, "cannot write".
[[nodiscard]] StoreError
last_error(sqlite3* connection, const std::string& path, std::string_view doing);

} // namespace mqttd::sqlite
