// A store of SQLite in a folder of its own, opened as a test likes, and a second way to its file
// for what a test wants to find or to spoil.
#pragma once

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/persistence/changes.hpp"
#include "tests/unit/persistence/loaded_store.hpp"
#include "tests/unit/persistence/store_engines.hpp"
#include "tools/mqttd/persistence/sqlite_store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace test {

inline const mqttd::StoreTimes noon{
    base::SteadyTime{} + std::chrono::hours(1), base::WallTime{} + std::chrono::hours(450'000)};

/// Takes the ids of rows, and nothing else.
class RowIds : public mqttd::StoreReader {
public:
    RowIds() = default;
    RowIds(const RowIds&) = delete;
    RowIds& operator=(const RowIds&) = delete;
    virtual ~RowIds() = default;

    void on_session(mqttd::SessionRecord) override {}

    void on_subscription(mqttd::SubscriptionRecord) override {}

    void on_unreleased(mqttd::StoreId, mqtt::PacketId) override {}

    void on_message(mqttd::StoreId, const mqttd::MessageParts&) override {}

    void on_row(mqttd::RowRecord row) override { ids.push_back(row.id); }

    std::vector<mqttd::StoreId> ids; // NOLINT(*-non-private-member-variables-in-classes)
};

class SqliteTest : public testing::Test {
protected:
    SqliteTest() { settings.path = folder.path("mqttd.store"); }

    [[nodiscard]] OpenedStore try_open() {
        store.reset();
        return mqttd::open_sqlite_store(settings, log, noon.wall);
    }

    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened.has_value()) << opened.error().text;
        store = std::move(*opened);
    }

    [[nodiscard]] LoadedStore load() { return {*store, noon}; }

    /// For stores that are too large to be printed.
    [[nodiscard]] std::size_t count_rows() {
        RowIds rows;
        EXPECT_TRUE(store->load(rows, noon).has_value());
        return rows.ids.size();
    }

    void commit(std::initializer_list<Change> changes) {
        const auto done = store->commit({changes.begin(), changes.size()}, noon);
        EXPECT_TRUE(done.has_value()) << done.error().text;
    }

    /// One session with so many messages of this size.
    void fill(mqttd::StoreId count, std::size_t size) {
        const std::string payload(size, 'p');
        std::vector<Change> changes{put_session(1, "a")};
        for (mqttd::StoreId id = 1; id <= count; ++id) {
            changes.push_back(put_message(id, "topic/" + std::to_string(id), payload));
            changes.push_back(put_row(id, 1, id));
            if (changes.size() < 500 && id < count) continue;
            ASSERT_TRUE(store->commit(changes, noon).has_value());
            changes.clear();
        }
    }

    void close() {
        EXPECT_TRUE(store->close().has_value());
        store.reset();
    }

    /// What an attempt to open fails with.
    [[nodiscard]] mqttd::StoreError open_error() {
        auto opened = try_open();
        return opened.has_error() ? opened.error() : mqttd::StoreError{};
    }

    /// Precondition: the store is not open.
    void execute(const std::string& statements) const {
        sqlite3* connection = nullptr;
        ASSERT_EQ(sqlite3_open(settings.path.c_str(), &connection), SQLITE_OK);
        EXPECT_EQ(
            sqlite3_exec(connection, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK
        ) << sqlite3_errmsg(connection);
        sqlite3_close(connection);
    }

    void overwrite(std::size_t offset, const std::string& bytes) const {
        std::fstream file(settings.path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(offset));
        file << bytes;
    }

    [[nodiscard]] unsigned mode_of(const std::string& name) const {
        struct stat about {};

        EXPECT_EQ(::stat(folder.path(name).c_str(), &about), 0) << name;
        return about.st_mode & 07777U;
    }

    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path("")))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

    [[nodiscard]] std::string content_of(const std::string& path) const {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    // NOLINTBEGIN(*-non-private-member-variables-in-classes)
    TemporaryFolder folder;
    mqttd::SqliteStoreSettings settings;
    LogLines log;
    std::unique_ptr<mqttd::Store> store;
    // NOLINTEND(*-non-private-member-variables-in-classes)
};

} // namespace test
