// Asks the daemon that has a store open for a copy of it. For `mqttd store`; blocks.
#pragma once

#include "tools/mqttd/persistence/store.hpp"

#include <string>

namespace mqttd {

/// target: where the daemon, with its rights, writes the copy; relative to the working directory of
/// this process. Returns when the copy is on disk.
[[nodiscard]] StoreResult<void>
back_up_running_store(const std::string& store, const std::string& target);

/// A copy of the store of a running daemon for as long as this object lives.
class TemporaryBackup {
public:
    /// Beside the store.
    [[nodiscard]] static StoreResult<TemporaryBackup> of(const std::string& store);

    TemporaryBackup(TemporaryBackup&& other) noexcept;
    TemporaryBackup& operator=(TemporaryBackup&&) = delete;
    TemporaryBackup(const TemporaryBackup&) = delete;
    TemporaryBackup& operator=(const TemporaryBackup&) = delete;
    ~TemporaryBackup();

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    explicit TemporaryBackup(std::string path) : path_(std::move(path)) {}

    std::string path_; ///< empty: moved away
};

} // namespace mqttd
