// The store without a file, for tests of what stands above: a MemoryDisk is what a file would be,
// and outlives the stores that are opened on it one after the other. Any thread.
#pragma once

#include "tools/mqttd/persistence/expiry.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace mqttd {

/// What a store holds, copied.
struct MemoryContent {
    struct StoredMessage {
        MessagePtr message; ///< a copy of its own; expiry: see expires
        std::optional<CalendarTime> expires;
    };

    std::map<StoreId, SessionRecord> sessions;
    std::map<std::pair<StoreId, std::string>, SubscriptionRecord> subscriptions;
    std::set<std::pair<StoreId, mqtt::PacketId>> unreleased;
    std::map<StoreId, StoredMessage> messages;
    std::map<StoreId, RowRecord> rows;
    bool clean = true;
};

class MemoryDisk {
public:
    /// From now on this many commits fail.
    void fail_commits(StoreFault fault, unsigned count);
    /// Commits succeed again.
    void stop_failing();
    [[nodiscard]] MemoryContent content() const;
    /// A disk with what the backup of this name has; nullptr: there is none.
    [[nodiscard]] std::shared_ptr<MemoryDisk> backup(const std::string& path) const;

private:
    friend class MemoryStore;

    mutable std::mutex mutex_;
    MemoryContent content_;
    std::map<std::string, MemoryContent> backups_;
    StoreFault fault_ = StoreFault::other;
    unsigned failures_left_ = 0;
    bool in_use_ = false;
};

class MemoryStore final : public Store {
public:
    /// in_use while another store on this disk lives.
    [[nodiscard]] static StoreResult<std::unique_ptr<Store>>
    open(const std::shared_ptr<MemoryDisk>& disk);

    MemoryStore(const MemoryStore&) = delete;
    MemoryStore& operator=(const MemoryStore&) = delete;
    ~MemoryStore() override;

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
    explicit MemoryStore(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}

    std::shared_ptr<MemoryDisk> disk_;
    bool flush_failed_ = false;
    std::string backup_; ///< the name of the one that was begun
};

} // namespace mqttd
