// The Store on an open connection. Made by open_sqlite_store(); one thread at a time.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/persistence/sqlite_backup.hpp"
#include "tools/mqttd/persistence/sqlite_handle.hpp"
#include "tools/mqttd/persistence/sqlite_loader.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"
#include "tools/mqttd/persistence/sqlite_writer.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace mqttd::sqlite {

class Engine final : public Store {
public:
    /// connection: schema and settings are right.
    [[nodiscard]] static StoreResult<std::unique_ptr<Store>>
    create(Connection connection, const SqliteStoreSettings& settings, base::Log& log);

    [[nodiscard]] StoreResult<LoadSummary>
    load(StoreReader& reader, const StoreTimes& times) override;
    [[nodiscard]] StoreResult<void>
    commit(std::span<const Change> changes, const StoreTimes& times) override;
    [[nodiscard]] StoreResult<bool> tidy() override;
    [[nodiscard]] StoreResult<void> begin_backup(const std::string& path, OldBackup old) override;
    [[nodiscard]] StoreResult<bool> backup_step() override;
    [[nodiscard]] std::uint64_t size() const override;
    StoreResult<void> close() override;

private:
    Engine(Connection connection, const SqliteStoreSettings& settings, base::Log& log);

    [[nodiscard]] int prepare();
    [[nodiscard]] int begin();
    [[nodiscard]] int mark(bool clean);
    void begin_time(const StoreTimes& times);
    [[nodiscard]] StoreTimes own(const StoreTimes& times) const;
    [[nodiscard]] int save_time(base::WallTime now);
    [[nodiscard]] StoreError end_with(StoreError error, base::WallTime now);
    void close_connection();
    [[nodiscard]] StoreError roll_back(std::string_view doing);
    [[nodiscard]] StoreError describe(std::string_view doing);
    void drop_orphans(const Orphans& orphans);
    [[nodiscard]] StoreResult<void> checkpoint_when_due();
    [[nodiscard]] StoreResult<void> checkpoint(int mode);
    [[nodiscard]] static std::int64_t read_count(Statement& pragma);
    static int on_wal(void* engine, sqlite3* connection, const char* schema, int pages);

    SqliteStoreSettings settings_;
    base::Log& log_;
    Connection connection_;
    Writer writer_;
    Statement begin_;
    Statement commit_;
    Statement mark_;
    Statement time_;
    StoreTimes begun_{}; ///< when the state was loaded
    base::WallTime time_saved_{};
    Statement free_pages_;
    Statement pages_;
    std::unique_ptr<Backup> backup_;
    bool was_clean_ = true;
    bool marked_unclean_ = false;
    int wal_pages_ = 0;             ///< in the log after the last commit
    int next_checkpoint_ = 0;       ///< due at this many pages
    std::optional<StoreError> end_; ///< after a flush that failed or a corrupt load: every answer
};

} // namespace mqttd::sqlite
