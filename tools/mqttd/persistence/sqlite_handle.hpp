// SQLite's connection and prepared statements with owners. Calls return SQLite's result codes; the
// words for them are made in sqlite_errors. One thread at a time; not for headers that the rest of
// mqttd includes.
#pragma once

#include "common/base/bytes.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mqttd::sqlite {

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};

/// Its statements go first.
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

class Statement {
public:
    /// SQLITE_OK, or why it cannot be prepared. It is kept for long: SQLite may spend memory on it.
    [[nodiscard]] int prepare(sqlite3* connection, std::string_view text) {
        sqlite3_stmt* made = nullptr;
        const int code = sqlite3_prepare_v3(
            connection,
            text.data(),
            static_cast<int>(text.size()),
            SQLITE_PREPARE_PERSISTENT,
            &made,
            nullptr
        );
        statement_.reset(made);
        return code;
    }

    // Parameters count from 1. Texts and bytes are not copied: they live until the statement ran.

    void bind(int parameter, std::uint64_t value) {
        sqlite3_bind_int64(statement_.get(), parameter, static_cast<std::int64_t>(value));
    }

    void bind(int parameter, std::optional<std::int64_t> value) {
        if (value) {
            sqlite3_bind_int64(statement_.get(), parameter, *value);
        } else {
            sqlite3_bind_null(statement_.get(), parameter);
        }
    }

    void bind(int parameter, std::string_view text) {
        const char* data = text.data() == nullptr ? "" : text.data();
        sqlite3_bind_text64(
            statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8
        );
    }

    void bind(int parameter, base::Bytes bytes) {
        if (bytes.empty()) {
            sqlite3_bind_zeroblob(statement_.get(), parameter, 0);
        } else {
            sqlite3_bind_blob64(
                statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC
            );
        }
    }

    void bind_null(int parameter) { sqlite3_bind_null(statement_.get(), parameter); }

    /// Runs one that has no rows. SQLITE_OK or the error.
    [[nodiscard]] int run() {
        const int code = sqlite3_step(statement_.get());
        const int reset = sqlite3_reset(statement_.get());
        return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : reset;
    }

    /// SQLITE_ROW, SQLITE_DONE or the error.
    [[nodiscard]] int step() { return sqlite3_step(statement_.get()); }

    void reset() { sqlite3_reset(statement_.get()); }

    // Columns count from 0. Views live until the next step.

    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(statement_.get(), column);
    }

    [[nodiscard]] std::uint64_t id(int column) const {
        return static_cast<std::uint64_t>(integer(column));
    }

    [[nodiscard]] bool is_null(int column) const {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }

    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const {
        return is_null(column) ? std::nullopt : std::optional(integer(column));
    }

    [[nodiscard]] base::Bytes bytes(int column) const {
        const void* data = sqlite3_column_blob(statement_.get(), column);
        const int size = sqlite3_column_bytes(statement_.get(), column);
        return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
    }

    [[nodiscard]] std::string_view text(int column) const { return base::as_text(bytes(column)); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Runs statements whose rows nobody wants.
[[nodiscard]] inline int run(sqlite3* connection, const std::string& text) {
    return sqlite3_exec(connection, text.c_str(), nullptr, nullptr, nullptr);
}

/// The first column of the first row; nullopt when there is none or the statement fails, as
/// sqlite3_errcode() tells.
[[nodiscard]] std::optional<std::string> read_text(sqlite3* connection, std::string_view text);
[[nodiscard]] std::optional<std::int64_t> read_integer(sqlite3* connection, std::string_view text);

} // namespace mqttd::sqlite
