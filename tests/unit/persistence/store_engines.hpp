// The engines as the contract test sees them: each can be opened again and again on what was
// stored, and has a way to run out of space.
#pragma once

#include "common/base/log.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/persistence/memory_store.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace test {

class LogLines final : public base::Log {
public:
    [[nodiscard]] bool enabled(base::LogLevel) const override { return true; }

    void write(base::LogLevel, std::string line) override { lines.push_back(std::move(line)); }

    std::vector<std::string> lines; // NOLINT(*-non-private-member-variables-in-classes)
};

using OpenedStore = mqttd::StoreResult<std::unique_ptr<mqttd::Store>>;

class MemoryEngine {
public:
    [[nodiscard]] OpenedStore open() { return mqttd::MemoryStore::open(disk_); }

    /// A store whose next commit of more than a megabyte fails for want of space.
    [[nodiscard]] OpenedStore open_small() {
        disk_->fail_commits(mqttd::StoreFault::no_space, 1);
        return open();
    }

    [[nodiscard]] std::string backup_path() const { return "backup"; }

    [[nodiscard]] OpenedStore open_backup() {
        return mqttd::MemoryStore::open(disk_->backup(backup_path()));
    }

private:
    std::shared_ptr<mqttd::MemoryDisk> disk_ = std::make_shared<mqttd::MemoryDisk>();
};

class SqliteEngine {
public:
    [[nodiscard]] OpenedStore open() {
        return mqttd::open_sqlite_store(settings(), log_, base::WallTime{});
    }

    [[nodiscard]] OpenedStore open_small() {
        mqttd::SqliteStoreSettings small = settings();
        small.size_limit = 1'000'000;
        return mqttd::open_sqlite_store(small, log_, base::WallTime{});
    }

    [[nodiscard]] std::string backup_path() const { return folder_.path("backup"); }

    [[nodiscard]] OpenedStore open_backup() {
        return mqttd::open_sqlite_store({.path = backup_path()}, log_, base::WallTime{});
    }

private:
    [[nodiscard]] mqttd::SqliteStoreSettings settings() const {
        return {.path = folder_.path("mqttd.store")};
    }

    TemporaryFolder folder_;
    LogLines log_;
};

} // namespace test
