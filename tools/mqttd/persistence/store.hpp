// Where the state of persistent sessions and retained messages is kept. An engine (SQLite, memory)
// implements Store; the store thread is its only user, except that the main thread loads before the
// shards start. Errors are values; nothing throws.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "tools/mqttd/persistence/change.hpp"
#include "tools/mqttd/persistence/records.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace mqttd {

enum class StoreFault : std::uint8_t {
    no_space,      ///< disk full, quota, file size limit, store size limit: may go away
    read_only,     ///< the file system or the file may not be written: may go away
    io,            ///< reading or writing failed: may go away
    flush_failed,  ///< fsync failed: what the disk has is unknown; only a restart helps
    corrupt,       ///< the file is not what was written
    in_use,        ///< another process has it open
    wrong_version, ///< written by another version of mqttd, or not a store at all
    other,
};

struct StoreError {
    StoreFault fault = StoreFault::other;
    std::string text; ///< what, where and what to do about it
};

template <typename Value>
using StoreResult = base::Result<Value, StoreError>;

/// The same instant on both clocks: expiries are kept as calendar times and used as steady ones.
struct StoreTimes {
    base::SteadyTime steady;
    base::WallTime wall;
};

/// Takes what a store holds, in this order: sessions; subscriptions and unreleased ids; messages;
/// rows, in the order of their ids.
class StoreReader {
public:
    virtual void on_session(SessionRecord session) = 0;
    virtual void on_subscription(SubscriptionRecord subscription) = 0;
    /// A QoS 2 message of the client whose PUBREL has not come.
    virtual void on_unreleased(StoreId session, mqtt::PacketId packet_id) = 0;
    /// Views live as long as the call.
    virtual void on_message(StoreId id, const MessageParts& message) = 0;
    virtual void on_row(RowRecord row) = 0;

protected:
    StoreReader() = default;
    StoreReader(const StoreReader&) = default;
    StoreReader& operator=(const StoreReader&) = default;
    ~StoreReader() = default;
};

/// What a load has found besides the state.
struct LoadSummary {
    StoreId highest_id = 0; ///< of sessions, rows and messages together; new ones are above
    bool was_clean = true;  ///< false: the last run did not end with close()
    std::uint64_t orphans =
        0; ///< rows without session or message, and messages without row: dropped
};

/// What becomes of a file that has the name of the backup.
enum class OldBackup : std::uint8_t { keep, replace };

class Store {
public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    /// Hands everything over, once, before the first commit(). Messages whose expiry has passed by
    /// times.wall are handed over as well; their expiry is in the past then.
    [[nodiscard]] virtual StoreResult<LoadSummary>
    load(StoreReader& reader, const StoreTimes& times) = 0;

    /// Applies all changes or none. After success they survive a crash of the process, and one of
    /// the machine when the store was opened so. After an error the caller may try the same changes
    /// again, or more, except after flush_failed.
    [[nodiscard]] virtual StoreResult<void>
    commit(std::span<const Change> changes, const StoreTimes& times) = 0;

    /// One bounded slice of housekeeping, a few milliseconds: gives space back to the file system
    /// and shortens the log. Answers whether there is more. To be called when nothing waits to be
    /// committed; a store that is never idle works without.
    [[nodiscard]] virtual StoreResult<bool> tidy() = 0;

    /// Begins a copy of the store in a file of its own, instead of one that is under way; the
    /// store is used on meanwhile. The file gets its name when it is complete.
    [[nodiscard]] virtual StoreResult<void>
    begin_backup(const std::string& path, OldBackup old) = 0;

    /// One bounded slice of the copy, a few milliseconds. Answers whether there is more; false: the
    /// copy is on disk, with everything that is committed by now. An error ends the backup, not the
    /// store. Precondition: one was begun.
    [[nodiscard]] virtual StoreResult<bool> backup_step() = 0;

    /// Bytes on disk.
    [[nodiscard]] virtual std::uint64_t size() const = 0;

    /// Marks the end of an orderly run. Nothing is called afterwards.
    virtual StoreResult<void> close() = 0;
};

} // namespace mqttd
