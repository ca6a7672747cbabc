#include "tools/mqttd/persistence/sqlite_loader.hpp"

#include "tools/mqttd/persistence/expiry.hpp"
#include "tools/mqttd/persistence/sqlite_errors.hpp"
#include "tools/mqttd/persistence/stored_values.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace mqttd::sqlite {

namespace {

constexpr std::size_t progress_interval = 250'000; ///< messages

base::ByteBuffer copy(base::Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Columns 8 to 14.
std::optional<WillRecord> read_will(const Statement& row) {
    const auto properties = stored_properties(row.bytes(10));
    const auto delay = stored_number<std::uint32_t>(row.integer(11));
    const auto expiry = stored_number<std::uint32_t>(row.integer(12));
    const auto qos = stored_qos(row.integer(13));
    if (!properties || !delay || !expiry || !qos) return std::nullopt;
    if (!is_stored_topic(row.text(8))) return std::nullopt;
    return WillRecord{
        .topic = std::string(row.text(8)),
        .payload = copy(row.bytes(9)),
        .properties = copy(properties->wire()),
        .property_mask = properties->mask(),
        .delay = *delay,
        .expiry = row.is_null(12) ? std::nullopt : expiry,
        .qos = *qos,
        .retain = row.integer(14) != 0,
    };
}

std::optional<SessionRecord> read_session(const Statement& row) {
    const auto expiry = stored_number<std::uint32_t>(row.integer(6));
    if (!expiry) return std::nullopt;
    SessionRecord session{
        .id = row.id(0),
        .client_id = std::string(row.text(1)),
        .user = std::string(row.text(2)),
        .realm = static_cast<Realm>(row.integer(3)),
        .speaks_v5 = row.integer(4) != 0,
        .listener = std::string(row.text(5)),
        .expiry = *expiry,
        .disconnected = std::nullopt,
        .will = std::nullopt,
    };
    if (!row.is_null(7)) session.disconnected = wall_time(row.integer(7));
    if (row.is_null(8)) return session;
    session.will = read_will(row);
    return session.will ? std::optional(std::move(session)) : std::nullopt;
}

std::optional<SubscriptionRecord> read_subscription(const Statement& row) {
    const auto qos = stored_qos(row.integer(2));
    const auto handling = stored_enum(row.integer(5), mqtt::RetainHandling::never);
    const auto identifier = stored_number<std::uint32_t>(row.integer(6));
    if (!qos || !handling || !identifier || !is_stored_filter(row.text(1))) return std::nullopt;
    return SubscriptionRecord{
        .session = row.id(0),
        .filter = std::string(row.text(1)),
        .subscription =
            {.options =
                 {.qos = *qos,
                  .no_local = row.integer(3) != 0,
                  .retain_as_published = row.integer(4) != 0,
                  .retain_handling = *handling},
             .identifier = *identifier},
    };
}

std::optional<MessageParts> read_message(const Statement& row, const StoreTimes& times) {
    const auto qos = stored_qos(row.integer(1));
    const auto properties = stored_properties(row.bytes(6));
    if (!qos || !properties || !is_stored_topic(row.text(5))) return std::nullopt;
    std::optional<MessageSource> source;
    if (!row.is_null(8)) {
        const auto listener = stored_number<std::uint16_t>(row.integer(10));
        if (!listener) return std::nullopt;
        source = MessageSource{row.text(8), row.text(9), *listener};
    }
    return MessageParts{
        .topic = row.text(5),
        .properties = *properties,
        .payload = row.bytes(7),
        .qos = *qos,
        .retain = row.integer(2) != 0,
        .expires = steady_expiry(row.optional_integer(3), times),
        .origin = row.id(4),
        .source = source,
    };
}

/// All but the key of a shared subscription.
std::optional<RowRecord> read_row(const Statement& row) {
    const auto state = stored_enum(row.integer(3), RowState::awaiting_pubcomp);
    const auto packet_id = stored_number<mqtt::PacketId>(row.integer(4));
    const auto qos = stored_qos(row.integer(5));
    const auto identifier = stored_number<std::uint32_t>(row.integer(7));
    if (!state || !packet_id || !qos || !identifier) return std::nullopt;
    return RowRecord{
        .id = row.id(0),
        .session = row.id(1),
        .message = row.id(2),
        .identifier = *identifier,
        .packet_id = *packet_id,
        .state = *state,
        .qos = *qos,
        .retain = row.integer(6) != 0,
        .shared = nullptr,
    };
}

/// Rows of one shared subscription come together: most of the time the last key serves again.
class KeyReader {
public:
    /// nullopt: not what was written.
    std::optional<SharedKeyPtr> read(std::string_view text) {
        if (last_ && text == last_text_) return last_;
        auto key = stored_shared_key(text);
        if (!key) return std::nullopt;
        last_text_ = text;
        last_ = std::make_shared<const SharedKey>(std::move(*key));
        return last_;
    }

private:
    std::string last_text_;
    SharedKeyPtr last_;
};

bool contains(const std::vector<StoreId>& sorted, StoreId id) {
    return std::binary_search(sorted.begin(), sorted.end(), id);
}

} // namespace

StoreResult<StoreId> Loader::load(StoreReader& reader, const StoreTimes& times) {
    auto result = read_sessions(reader);
    if (result.has_value()) result = read_subscriptions(reader);
    if (result.has_value()) result = read_unreleased(reader);
    if (result.has_value()) result = find_wanted_messages();
    if (result.has_value()) result = read_messages(reader, times);
    if (result.has_value()) result = read_rows(reader);
    if (result.has_error()) return result.error();
    return highest_;
}

template <typename Take>
StoreResult<void> Loader::for_each(std::string_view query, std::string_view table, Take take) {
    Statement statement;
    int code = statement.prepare(connection_, query);
    if (code != SQLITE_OK) return last_error(connection_, path_, "cannot read");
    while ((code = statement.step()) == SQLITE_ROW) {
        if (take(statement)) continue;
        return StoreError{
            StoreFault::corrupt,
            path_ + ": row " + std::to_string(statement.integer(0)) + " of table " +
                std::string(table) + " is not what was written; bring a backup back",
        };
    }
    if (code != SQLITE_DONE) return last_error(connection_, path_, "cannot read");
    return {};
}

StoreResult<void> Loader::read_sessions(StoreReader& reader) {
    return for_each("SELECT * FROM session ORDER BY id", "session", [&](const Statement& row) {
        auto session = read_session(row);
        if (!session) return false;
        sessions_.push_back(session->id);
        highest_ = std::max(highest_, session->id);
        reader.on_session(std::move(*session));
        return true;
    });
}

StoreResult<void> Loader::read_subscriptions(StoreReader& reader) {
    return for_each("SELECT * FROM sub ORDER BY session", "sub", [&](const Statement& row) {
        auto record = read_subscription(row);
        if (!record) return false;
        if (has_session(record->session)) reader.on_subscription(std::move(*record));
        return true;
    });
}

StoreResult<void> Loader::read_unreleased(StoreReader& reader) {
    return for_each("SELECT * FROM unreleased", "unreleased", [&](const Statement& row) {
        const auto packet_id = stored_number<mqtt::PacketId>(row.integer(1));
        if (!packet_id || *packet_id == 0) return false;
        if (has_session(row.id(0))) reader.on_unreleased(row.id(0), *packet_id);
        return true;
    });
}

StoreResult<void> Loader::find_wanted_messages() {
    auto result = for_each("SELECT session, message FROM q", "q", [&](const Statement& row) {
        const StoreId session = row.id(0);
        if (session == 0 || has_session(session)) wanted_.push_back(row.id(1));
        return true;
    });
    std::sort(wanted_.begin(), wanted_.end());
    wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
    if (!wanted_.empty() && wanted_.front() == 0) wanted_.erase(wanted_.begin());
    return result;
}

StoreResult<void> Loader::read_messages(StoreReader& reader, const StoreTimes& times) {
    auto next = wanted_.begin();
    messages_.reserve(wanted_.size());
    return for_each("SELECT * FROM msg ORDER BY id", "msg", [&](const Statement& row) {
        const StoreId id = row.id(0);
        highest_ = std::max(highest_, id);
        next = std::find_if(next, wanted_.end(), [id](StoreId wanted) { return wanted >= id; });
        if (next == wanted_.end() || *next != id) {
            orphans_.messages.push_back(id);
            return true;
        }
        const auto message = read_message(row, times);
        if (!message) return false;
        reader.on_message(id, *message);
        messages_.push_back(id);
        if (messages_.size() % progress_interval == 0) show_progress(messages_.size());
        return true;
    });
}

StoreResult<void> Loader::read_rows(StoreReader& reader) {
    KeyReader keys;
    return for_each("SELECT * FROM q ORDER BY id", "q", [&](const Statement& line) {
        auto row = read_row(line);
        if (!row) return false;
        highest_ = std::max(highest_, row->id);
        const bool gone = row->state == RowState::awaiting_pubcomp;
        const bool is_whole = (row->session == 0 || has_session(row->session)) &&
                              (gone || contains(messages_, row->message));
        if (!is_whole) {
            orphans_.rows.push_back(row->id);
            return true;
        }
        if (!line.is_null(8)) {
            const auto key = keys.read(line.text(8));
            if (!key) return false;
            row->shared = *key;
        }
        reader.on_row(std::move(*row));
        return true;
    });
}

bool Loader::has_session(StoreId session) const {
    return contains(sessions_, session);
}

void Loader::show_progress(std::size_t done) const {
    log_.write(
        base::LogLevel::information,
        path_ + ": " + std::to_string(done) + " of " + std::to_string(wanted_.size()) +
            " messages read"
    );
}

} // namespace mqttd::sqlite
