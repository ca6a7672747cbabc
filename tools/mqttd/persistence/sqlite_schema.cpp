#include "tools/mqttd/persistence/sqlite_schema.hpp"

#include "tools/mqttd/persistence/sqlite_errors.hpp"
#include "tools/mqttd/persistence/sqlite_handle.hpp"

#include <array>
#include <cstddef>

namespace mqttd::sqlite {

namespace {

// Rows and messages are found by integer ids that only grow, so that what is added goes to the end
// of a table: whatever else they need to be found by is in memory. Times are microseconds since
// 1970, spans are seconds.
constexpr const char* version_1 = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('clean', 1);
CREATE TABLE session(
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    user TEXT NOT NULL,
    realm INTEGER NOT NULL,       -- where the client has shown to be this user; 0: nowhere
    speaks_v5 INTEGER NOT NULL,
    listener TEXT NOT NULL,
    expiry INTEGER NOT NULL,
    disconnected INTEGER,         -- NULL: connected
    will_topic TEXT,              -- NULL: no will
    will_payload BLOB,
    will_properties BLOB,
    will_delay INTEGER,
    will_expiry INTEGER,
    will_qos INTEGER,
    will_retain INTEGER) STRICT;
CREATE TABLE sub(
    session INTEGER NOT NULL,
    filter TEXT NOT NULL,
    qos INTEGER NOT NULL,
    no_local INTEGER NOT NULL,
    retain_as_published INTEGER NOT NULL,
    retain_handling INTEGER NOT NULL,
    identifier INTEGER NOT NULL,  -- 0: none
    PRIMARY KEY(session, filter)) STRICT, WITHOUT ROWID;
CREATE TABLE unreleased(          -- QoS 2 messages of the client whose PUBREL has not come
    session INTEGER NOT NULL,
    packet_id INTEGER NOT NULL,
    PRIMARY KEY(session, packet_id)) STRICT, WITHOUT ROWID;
CREATE TABLE msg(
    id INTEGER PRIMARY KEY,
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    expires INTEGER,              -- NULL: never
    origin INTEGER NOT NULL,
    topic TEXT NOT NULL,
    properties BLOB NOT NULL,
    payload BLOB NOT NULL,
    source_user TEXT,             -- NULL: the source does not matter
    source_client TEXT,
    source_listener INTEGER) STRICT;
CREATE TABLE q(
    id INTEGER PRIMARY KEY,       -- the order of delivery within a session
    session INTEGER NOT NULL,     -- 0: retained
    message INTEGER NOT NULL,     -- 0: gone, PUBCOMP awaited
    state INTEGER NOT NULL,       -- 0 queued, 1 PUBACK, 2 PUBREC, 3 PUBCOMP awaited
    packet_id INTEGER NOT NULL,   -- 0: not sent yet
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL,
    identifier INTEGER NOT NULL,  -- of the subscription, 0: none
    shared TEXT) STRICT;          -- group/filter of a shared subscription
)";

constexpr std::array<const char*, 1> steps_to_now{version_1};

StoreResult<std::int64_t> version_of(sqlite3* connection, const std::string& path) {
    const auto version = read_integer(connection, "PRAGMA user_version");
    if (!version) return last_error(connection, path, "cannot read");
    return *version;
}

StoreError written_by_newer(const std::string& path, std::int64_t version, std::size_t known) {
    return {
        StoreFault::wrong_version,
        path + ": written by a newer mqttd (version " + std::to_string(version) +
            " of the tables, this one knows " + std::to_string(known) +
            "); use that mqttd, or give this one another file",
    };
}

/// Precondition: a transaction is open.
int run_steps(sqlite3* connection, SchemaSteps steps, std::size_t seen) {
    for (const char* step : steps.subspan(seen)) {
        const int code = run(connection, step);
        if (code != SQLITE_OK) return code;
    }
    return run(
        connection,
        "PRAGMA application_id = " + std::to_string(application_id) +
            "; PRAGMA user_version = " + std::to_string(steps.size()) + "; COMMIT"
    );
}

} // namespace

SchemaSteps schema_steps() {
    return steps_to_now;
}

StoreResult<void> check_version(sqlite3* connection, const std::string& path) {
    const auto version = version_of(connection, path);
    if (version.has_error()) return version.error();
    const auto wanted = static_cast<std::int64_t>(schema_steps().size());
    if (*version == wanted) return {};
    if (*version > wanted || *version < 0) {
        return written_by_newer(path, *version, schema_steps().size());
    }
    return StoreError{
        StoreFault::wrong_version,
        path + ": written by an older mqttd (version " + std::to_string(*version) +
            " of the tables, this one knows " + std::to_string(wanted) +
            "); start this mqttd with it once, which brings it up to date",
    };
}

StoreResult<void> migrate(sqlite3* connection, const std::string& path, SchemaSteps steps) {
    const auto version = version_of(connection, path);
    if (version.has_error()) return version.error();
    const auto seen = static_cast<std::size_t>(*version);
    if (*version < 0 || seen > steps.size()) {
        return written_by_newer(path, *version, steps.size());
    }
    if (seen == steps.size()) return {};
    int code = run(connection, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK) code = run_steps(connection, steps, seen);
    if (code == SQLITE_OK) return {};
    StoreError error = last_error(connection, path, "cannot bring the tables up to date");
    static_cast<void>(run(connection, "ROLLBACK"));
    return error;
}

} // namespace mqttd::sqlite
