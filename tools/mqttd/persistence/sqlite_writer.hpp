// Applies changes to the tables, one prepared statement for each kind. Knows nothing about
// transactions. The store's thread only.
#pragma once

#include "tools/mqttd/persistence/change.hpp"
#include "tools/mqttd/persistence/sqlite_handle.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <span>
#include <vector>

namespace mqttd::sqlite {

class Writer {
public:
    /// SQLITE_OK, or why the statements do not fit the file.
    [[nodiscard]] int prepare(sqlite3* connection);

    /// SQLITE_OK, or the error of the first change that failed. Precondition: a transaction is
    /// open.
    [[nodiscard]] int apply(std::span<const Change> changes, const StoreTimes& times);

    /// Precondition of both: ids increase.
    [[nodiscard]] int drop_rows(std::span<const StoreId> ids) { return drop_all(drop_row_, ids); }

    [[nodiscard]] int drop_messages(std::span<const StoreId> ids) {
        return drop_all(drop_message_, ids);
    }

private:
    /// One id, and all ids from one to another, which takes half the time for each.
    struct DropStatements {
        Statement one;
        Statement range;
    };

    [[nodiscard]] int apply(const Change& change, const StoreTimes& times);
    [[nodiscard]] int put_message(const Change& change, const StoreTimes& times);
    [[nodiscard]] int put_row(const RowRecord& row);
    [[nodiscard]] int update_row(const RowRecord& row);
    [[nodiscard]] int put_session(const SessionRecord& session);
    [[nodiscard]] int drop_session(StoreId session);
    [[nodiscard]] int put_subscription(const SubscriptionRecord& record);
    [[nodiscard]] int drop_subscription(const SubscriptionRecord& record);
    [[nodiscard]] static int
    run_unreleased(Statement& statement, StoreId session, mqtt::PacketId packet_id);
    [[nodiscard]] static int drop_all(DropStatements& statements, std::span<const StoreId> ids);

    Statement put_message_;
    DropStatements drop_message_;
    Statement put_row_;
    Statement update_row_;
    DropStatements drop_row_;
    Statement put_session_;
    Statement drop_session_;
    Statement put_subscription_;
    Statement drop_subscription_;
    Statement drop_subscriptions_;
    Statement put_unreleased_;
    Statement drop_unreleased_;
    Statement drop_all_unreleased_;
    std::vector<StoreId> dropped_rows_;     ///< by the changes of one apply()
    std::vector<StoreId> dropped_messages_; ///< likewise
    std::string shared_;                    ///< the text that put_row() binds
};

} // namespace mqttd::sqlite
