// Reads all tables of a store and hands them over. What an interrupted or faulty run left behind
// (rows of sessions that are not there, messages without rows) is found and kept back; what cannot
// be what was written is an error. Main thread, once.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/persistence/sqlite_handle.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mqttd::sqlite {

struct Orphans {
    std::vector<StoreId> rows;
    std::vector<StoreId> messages;
};

class Loader {
public:
    /// All must outlive the loader.
    Loader(sqlite3* connection, const std::string& path, base::Log& log)
        : connection_(connection), path_(path), log_(log) {}

    /// The highest id of all, after reader has got everything but the orphans.
    [[nodiscard]] StoreResult<StoreId> load(StoreReader& reader, const StoreTimes& times);

    [[nodiscard]] const Orphans& orphans() const { return orphans_; }

private:
    [[nodiscard]] StoreResult<void> read_sessions(StoreReader& reader);
    [[nodiscard]] StoreResult<void> read_subscriptions(StoreReader& reader);
    [[nodiscard]] StoreResult<void> read_unreleased(StoreReader& reader);
    [[nodiscard]] StoreResult<void> find_wanted_messages();
    [[nodiscard]] StoreResult<void> read_messages(StoreReader& reader, const StoreTimes& times);
    [[nodiscard]] StoreResult<void> read_rows(StoreReader& reader);

    /// Calls take() at each row of a query until it answers false, which says that the row is not
    /// what was written.
    template <typename Take>
    [[nodiscard]] StoreResult<void>
    for_each(std::string_view query, std::string_view table, Take take);

    [[nodiscard]] bool has_session(StoreId session) const;
    void show_progress(std::size_t done) const;

    sqlite3* connection_;
    const std::string& path_;
    base::Log& log_;
    std::vector<StoreId> sessions_; ///< that are there, in order
    std::vector<StoreId> wanted_;   ///< messages that rows of sessions name, in order
    std::vector<StoreId> messages_; ///< of those, the ones that are there, in order
    StoreId highest_ = 0;
    Orphans orphans_;
};

} // namespace mqttd::sqlite
