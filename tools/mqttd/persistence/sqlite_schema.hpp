// The tables of a store and how they came to be: a list of steps, each from one version to the
// next. The file says which version it has. One thread at a time.
#pragma once

#include "tools/mqttd/persistence/store.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <span>
#include <string>

namespace mqttd::sqlite {

/// What the file's header says whose database it is: "Mdge".
inline constexpr std::int64_t application_id = 0x4D646765;

/// Statements that turn version n - 1 into n, for n = 1, 2, …
using SchemaSteps = std::span<const char* const>;

[[nodiscard]] SchemaSteps schema_steps();

/// Whether the file has the tables of this version; wrong_version when it has others.
[[nodiscard]] StoreResult<void> check_version(sqlite3* connection, const std::string& path);

/// Runs the steps that the file has not seen, all or none; wrong_version when it has seen more than
/// there are.
[[nodiscard]] StoreResult<void>
migrate(sqlite3* connection, const std::string& path, SchemaSteps steps);

} // namespace mqttd::sqlite
