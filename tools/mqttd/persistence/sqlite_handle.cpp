#include "tools/mqttd/persistence/sqlite_handle.hpp"

namespace mqttd::sqlite {

std::optional<std::string> read_text(sqlite3* connection, std::string_view text) {
    Statement statement;
    if (statement.prepare(connection, text) != SQLITE_OK) return std::nullopt;
    if (statement.step() != SQLITE_ROW) return std::nullopt;
    return std::string(statement.text(0));
}

std::optional<std::int64_t> read_integer(sqlite3* connection, std::string_view text) {
    Statement statement;
    if (statement.prepare(connection, text) != SQLITE_OK) return std::nullopt;
    if (statement.step() != SQLITE_ROW) return std::nullopt;
    return statement.integer(0);
}

} // namespace mqttd::sqlite
