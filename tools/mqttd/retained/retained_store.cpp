#include "tools/mqttd/retained/retained_store.hpp"

#include "common/base/escape.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/context/stored_message.hpp"
#include "tools/mqttd/persistence/journal.hpp"

#include <functional>

namespace mqttd {

unsigned retained_shard(std::string_view topic, unsigned shard_count) {
    return static_cast<unsigned>(std::hash<std::string_view>{}(topic) % shard_count);
}

RetainedStore::~RetainedStore() {
    tree_.for_each([this](std::string_view, const MessagePtr& message) { forget(message); });
}

bool RetainedStore::over_limit(const MessagePtr& message, const MessagePtr* replaced) const {
    const LimitConfig& limits = context_.config->limits;
    const auto bytes = static_cast<std::int64_t>(message->payload().size());
    const std::int64_t freed =
        replaced == nullptr ? 0 : static_cast<std::int64_t>((*replaced)->payload().size());
    const bool too_many = limits.max_retained_messages > 0 && replaced == nullptr &&
                          context_.totals.retained_messages.load(std::memory_order_relaxed) >=
                              static_cast<std::int64_t>(limits.max_retained_messages);
    const bool too_large =
        limits.max_retained_bytes > 0 &&
        context_.totals.retained_bytes.load(std::memory_order_relaxed) + bytes - freed >
            static_cast<std::int64_t>(limits.max_retained_bytes);
    return too_many || too_large;
}

bool RetainedStore::store(const MessagePtr& message) {
    const std::string_view topic = message->topic();
    if (message->payload().empty()) {
        remove(topic);
        return true;
    }
    MessagePtr* const found = tree_.find(topic);
    if (over_limit(message, found)) {
        context_.counters.refused_retained_limit.add();
        context_.write_log(base::LogLevel::warning, [&] {
            return "retained message on " + base::escaped(topic) +
                   " not kept: max_retained_messages or max_retained_bytes is reached";
        });
        return false;
    }
    if (found != nullptr) {
        drop_kept(*found);
        forget(*found);
    }
    keep(message);
    put(message);
    return true;
}

void RetainedStore::restore(const MessagePtr& message, StoreId row) {
    message->set_retained_row(row);
    put(message);
}

void RetainedStore::put(const MessagePtr& message) {
    tree_.put(message);
    count_kept(context_.counters, *message);
    const auto bytes = message->payload().size();
    context_.counters.retained_messages.add();
    context_.counters.retained_bytes.add(bytes);
    context_.totals.retained_messages.fetch_add(1, std::memory_order_relaxed);
    context_.totals.retained_bytes.fetch_add(
        static_cast<std::int64_t>(bytes), std::memory_order_relaxed
    );
}

// What the broker says about itself is not kept: it says it again. A retained message is complete
// in itself, whatever else its publication has led to.
void RetainedStore::keep(const MessagePtr& message) const {
    if (context_.journal == nullptr || message->topic().starts_with("$SYS/")) return;
    const auto bearing = Journal::bear_none(context_.journal);
    const StoreId row = context_.journal->new_id();
    message->set_retained_row(row);
    context_.journal->put_row(
        {.id = row, .qos = message->qos(), .retain = true, .shared = nullptr}, message
    );
}

void RetainedStore::drop_kept(const MessagePtr& message) const {
    if (message->retained_row() == 0 || context_.journal == nullptr) return;
    const auto bearing = Journal::bear_none(context_.journal);
    context_.journal->drop_row(message->retained_row(), message);
}

bool RetainedStore::may_have(std::string_view filter) const {
    if (tree_.size() == 0) return false;
    return mqtt::topic::has_wildcard(filter) || tree_.contains(filter);
}

void RetainedStore::remove(std::string_view topic) {
    MessagePtr* const found = tree_.find(topic);
    if (found == nullptr) return;
    drop_kept(*found);
    forget(*found);
    tree_.erase(topic);
}

void RetainedStore::forget(const MessagePtr& message) {
    count_given_up(context_.counters, *message);
    const auto bytes = message->payload().size();
    context_.counters.retained_messages.subtract();
    context_.counters.retained_bytes.subtract(bytes);
    context_.totals.retained_messages.fetch_sub(1, std::memory_order_relaxed);
    context_.totals.retained_bytes.fetch_sub(
        static_cast<std::int64_t>(bytes), std::memory_order_relaxed
    );
}

RetainedBatch
RetainedStore::find(std::string_view filter, std::string_view cursor, std::size_t budget) {
    RetainedBatch batch;
    batch.cursor = cursor;
    std::vector<std::string> expired;
    tree_.walk(filter, batch.cursor, budget, [&](std::string_view topic, MessagePtr& message) {
        if (message->expired(context_.now)) {
            expired.emplace_back(topic);
        } else {
            batch.messages.push_back(message);
        }
    });
    for (const std::string& topic : expired)
        remove(topic);
    return batch;
}

bool RetainedStore::sweep(std::string& cursor, std::size_t budget) {
    std::vector<std::string> expired;
    const auto collect = [&](std::string_view topic, MessagePtr& message) {
        if (message->expired(context_.now)) expired.emplace_back(topic);
    };
    const bool complete = tree_.walk_all(cursor, budget, collect);
    for (const std::string& topic : expired)
        remove(topic);
    return complete;
}

void RetainedStore::dump(std::string& out) {
    tree_.for_each([&](std::string_view topic, const MessagePtr& message) {
        out += "retained " + base::escaped(topic, 1024) + ": " +
               std::to_string(message->payload().size()) + " bytes\n";
    });
}

} // namespace mqttd
