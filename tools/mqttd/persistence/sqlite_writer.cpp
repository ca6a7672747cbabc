#include "tools/mqttd/persistence/sqlite_writer.hpp"

#include "common/base/assert.hpp"
#include "tools/mqttd/persistence/expiry.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace mqttd::sqlite {

namespace {

std::uint64_t number(mqtt::Qos qos) {
    return static_cast<std::uint64_t>(qos);
}

/// Parameters 9 to 15.
void bind_will(Statement& statement, const WillRecord& will) {
    statement.bind(9, will.topic);
    statement.bind(10, will.payload);
    statement.bind(11, will.properties);
    statement.bind(12, std::uint64_t{will.delay});
    statement.bind(13, will.expiry ? std::optional<std::int64_t>(*will.expiry) : std::nullopt);
    statement.bind(14, number(will.qos));
    statement.bind(15, std::uint64_t{will.retain});
}

} // namespace

int Writer::prepare(sqlite3* connection) {
    const std::initializer_list<std::pair<Statement*, const char*>> all{
        {&put_message_, "INSERT OR REPLACE INTO msg VALUES(?,?,?,?,?,?,?,?,?,?,?)"},
        {&drop_message_.one, "DELETE FROM msg WHERE id = ?"},
        {&drop_message_.range, "DELETE FROM msg WHERE id BETWEEN ? AND ?"},
        {&put_row_, "INSERT OR REPLACE INTO q VALUES(?,?,?,?,?,?,?,?,?)"},
        {&update_row_,
         "UPDATE q SET state = ?2, packet_id = ?3, message = iif(?2 = 3, 0, message) "
         "WHERE id = ?1"},
        {&drop_row_.one, "DELETE FROM q WHERE id = ?"},
        {&drop_row_.range, "DELETE FROM q WHERE id BETWEEN ? AND ?"},
        {&put_session_, "INSERT OR REPLACE INTO session VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&drop_session_, "DELETE FROM session WHERE id = ?"},
        {&put_subscription_, "INSERT OR REPLACE INTO sub VALUES(?,?,?,?,?,?,?)"},
        {&drop_subscription_, "DELETE FROM sub WHERE session = ? AND filter = ?"},
        {&drop_subscriptions_, "DELETE FROM sub WHERE session = ?"},
        {&put_unreleased_, "INSERT OR REPLACE INTO unreleased VALUES(?,?)"},
        {&drop_unreleased_, "DELETE FROM unreleased WHERE session = ? AND packet_id = ?"},
        {&drop_all_unreleased_, "DELETE FROM unreleased WHERE session = ?"},
    };
    for (const auto& [statement, text] : all) {
        const int code = statement->prepare(connection, text);
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int Writer::apply(std::span<const Change> changes, const StoreTimes& times) {
    dropped_rows_.clear();
    dropped_messages_.clear();
    for (const Change& change : changes) {
        const int code = apply(change, times);
        if (code != SQLITE_OK) return code;
    }
    // In the order of the tables, page by page. An id is never used again, so nothing that was put
    // above is meant.
    std::sort(dropped_rows_.begin(), dropped_rows_.end());
    std::sort(dropped_messages_.begin(), dropped_messages_.end());
    const int code = drop_rows(dropped_rows_);
    return code == SQLITE_OK ? drop_messages(dropped_messages_) : code;
}

int Writer::apply(const Change& change, const StoreTimes& times) {
    switch (change.kind) {
    case Change::Kind::put_message:
        return put_message(change, times);
    case Change::Kind::drop_message:
        dropped_messages_.push_back(change.id);
        return SQLITE_OK;
    case Change::Kind::put_row:
        return put_row(change.row());
    case Change::Kind::update_row:
        return update_row(change.row());
    case Change::Kind::drop_row:
        dropped_rows_.push_back(change.id);
        return SQLITE_OK;
    case Change::Kind::put_session:
        return put_session(change.session_record());
    case Change::Kind::drop_session:
        return drop_session(change.id);
    case Change::Kind::put_subscription:
        return put_subscription(change.subscription_record());
    case Change::Kind::drop_subscription:
        return drop_subscription(change.subscription_record());
    case Change::Kind::put_unreleased:
        return run_unreleased(put_unreleased_, change.id, change.packet_id);
    case Change::Kind::drop_unreleased:
        return run_unreleased(drop_unreleased_, change.id, change.packet_id);
    case Change::Kind::settle:
        break;
    }
    MIDGE_ASSERT(false, "only net changes reach a store");
    return SQLITE_MISUSE;
}

int Writer::put_message(const Change& change, const StoreTimes& times) {
    const Message& message = *change.message;
    put_message_.bind(1, change.id);
    put_message_.bind(2, number(message.qos()));
    put_message_.bind(3, std::uint64_t{message.retain()});
    put_message_.bind(4, calendar_expiry(message.expires(), times));
    put_message_.bind(5, message.parts().origin);
    put_message_.bind(6, message.topic());
    put_message_.bind(7, message.properties().wire());
    put_message_.bind(8, message.payload());
    if (const auto source = message.source()) {
        put_message_.bind(9, source->user);
        put_message_.bind(10, source->client_id);
        put_message_.bind(11, std::uint64_t{source->listener});
    } else {
        for (int parameter = 9; parameter <= 11; ++parameter)
            put_message_.bind_null(parameter);
    }
    return put_message_.run();
}

int Writer::put_row(const RowRecord& row) {
    put_row_.bind(1, row.id);
    put_row_.bind(2, row.session);
    put_row_.bind(3, row.message);
    put_row_.bind(4, static_cast<std::uint64_t>(row.state));
    put_row_.bind(5, std::uint64_t{row.packet_id});
    put_row_.bind(6, number(row.qos));
    put_row_.bind(7, std::uint64_t{row.retain});
    put_row_.bind(8, std::uint64_t{row.identifier});
    if (row.shared) {
        shared_.assign(row.shared->group).append("/").append(row.shared->filter);
        put_row_.bind(9, shared_);
    } else {
        put_row_.bind_null(9);
    }
    return put_row_.run();
}

int Writer::update_row(const RowRecord& row) {
    update_row_.bind(1, row.id);
    update_row_.bind(2, static_cast<std::uint64_t>(row.state));
    update_row_.bind(3, std::uint64_t{row.packet_id});
    return update_row_.run();
}

int Writer::put_session(const SessionRecord& session) {
    put_session_.bind(1, session.id);
    put_session_.bind(2, session.client_id);
    put_session_.bind(3, session.user);
    put_session_.bind(4, static_cast<std::uint64_t>(session.realm));
    put_session_.bind(5, std::uint64_t{session.speaks_v5});
    put_session_.bind(6, session.listener);
    put_session_.bind(7, std::uint64_t{session.expiry});
    put_session_.bind(
        8, session.disconnected ? std::optional(calendar_time(*session.disconnected)) : std::nullopt
    );
    if (session.will) {
        bind_will(put_session_, *session.will);
    } else {
        for (int parameter = 9; parameter <= 15; ++parameter)
            put_session_.bind_null(parameter);
    }
    return put_session_.run();
}

int Writer::drop_session(StoreId session) {
    const std::array all{&drop_session_, &drop_subscriptions_, &drop_all_unreleased_};
    for (Statement* statement : all) {
        statement->bind(1, session);
        const int code = statement->run();
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int Writer::put_subscription(const SubscriptionRecord& record) {
    const mqtt::SubscriptionOptions& options = record.subscription.options;
    put_subscription_.bind(1, record.session);
    put_subscription_.bind(2, record.filter);
    put_subscription_.bind(3, number(options.qos));
    put_subscription_.bind(4, std::uint64_t{options.no_local});
    put_subscription_.bind(5, std::uint64_t{options.retain_as_published});
    put_subscription_.bind(6, static_cast<std::uint64_t>(options.retain_handling));
    put_subscription_.bind(7, std::uint64_t{record.subscription.identifier});
    return put_subscription_.run();
}

int Writer::drop_subscription(const SubscriptionRecord& record) {
    drop_subscription_.bind(1, record.session);
    drop_subscription_.bind(2, record.filter);
    return drop_subscription_.run();
}

int Writer::run_unreleased(Statement& statement, StoreId session, mqtt::PacketId packet_id) {
    statement.bind(1, session);
    statement.bind(2, std::uint64_t{packet_id});
    return statement.run();
}

int Writer::drop_all(DropStatements& statements, std::span<const StoreId> ids) {
    while (!ids.empty()) {
        // As long as each is the one after the other, there is no other between them.
        std::size_t size = 1;
        while (size < ids.size() && ids[size] == ids[0] + size)
            ++size;
        Statement& statement = size == 1 ? statements.one : statements.range;
        statement.bind(1, ids[0]);
        if (size > 1) statement.bind(2, ids[size - 1]);
        const int code = statement.run();
        if (code != SQLITE_OK) return code;
        ids = ids.subspan(size);
    }
    return SQLITE_OK;
}

} // namespace mqttd::sqlite
