// A mosquitto.db. Whatever it holds: it is refused with a text, or what is imported belongs
// together and is legal.
#include "common/base/assert.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/persistence/import_mosquitto.hpp"
#include "tools/mqttd/persistence/memory_store.hpp"
#include "tools/mqttd/persistence/stored_values.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

namespace {

using namespace mqttd;

class Checker final : public StoreReader {
public:
    void on_session(SessionRecord session) override {
        MIDGE_ASSERT(!session.client_id.empty(), "a session of nobody");
        MIDGE_ASSERT(clients_.insert(session.client_id).second, "two sessions of one client");
    }

    void on_subscription(SubscriptionRecord subscription) override {
        MIDGE_ASSERT(is_stored_filter(subscription.filter), "a filter that is none");
    }

    void on_unreleased(StoreId, mqtt::PacketId packet_id) override {
        MIDGE_ASSERT(packet_id != 0, "no packet identifier");
    }

    void on_message(StoreId, const MessageParts& message) override {
        MIDGE_ASSERT(is_stored_topic(message.topic), "a topic that is none");
        MIDGE_ASSERT(
            stored_properties(message.properties.wire()).has_value(), "properties that are none"
        );
    }

    void on_row(RowRecord row) override {
        const bool in_flight = row.state != RowState::queued;
        MIDGE_ASSERT(in_flight == (row.packet_id != 0), "a packet identifier for nothing");
        if (!in_flight) return;
        const auto [at, is_new] = in_use_.emplace(row.session, row.packet_id);
        MIDGE_ASSERT(is_new, "two messages with one packet identifier");
    }

private:
    std::set<std::string> clients_;
    std::set<std::pair<StoreId, mqtt::PacketId>> in_use_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto db = parse_mosquitto_db({data, size});
    if (db.has_error()) {
        MIDGE_ASSERT(!db.error().empty(), "an error without a text");
        return 0;
    }
    const StoreTimes times{base::SteadyTime{}, base::WallTime{} + std::chrono::hours(498'796)};
    auto store = MemoryStore::open(std::make_shared<MemoryDisk>());
    const auto imported = import_mosquitto(*db, **store, times);
    MIDGE_ASSERT(imported.has_value(), "a store that is not full refuses");
    Checker checker;
    const auto loaded = (*store)->load(checker, times);
    MIDGE_ASSERT(loaded.has_value() && loaded->orphans == 0, "something belongs to nothing");
    return 0;
}
