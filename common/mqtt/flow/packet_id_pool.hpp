// The packet identifiers one side of a session has in use: who sends SUBSCRIBE, UNSUBSCRIBE and
// PUBLISH asks here. Owned by a session or client engine, used on its thread. Knows nothing of what
// an identifier is used for.
#pragma once

#include "common/mqtt/flow/id_table.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstddef>
#include <optional>

namespace mqtt::flow {

/// The identifier that follows: 1 after 65535, because 0 is never one. [MQTT-2.2.1-3]
[[nodiscard]] constexpr PacketId next_packet_id(PacketId id) {
    return id == 65535 ? PacketId{1} : static_cast<PacketId>(id + 1);
}

/// What an IdTable needs to keep identifiers and nothing else.
struct UsedId {
    PacketId id = 0;
};

class PacketIdPool {
public:
    /// Identifiers in ascending order, those in use left out, 1 after 65535; nullopt when all are
    /// in use. [MQTT-2.2.1-3] [MQTT-2.2.1-4]
    std::optional<PacketId> take();
    /// Takes a given one, for a restored session; false when it is 0 or in use.
    bool reserve(PacketId id);
    /// false: it was not in use.
    bool release(PacketId id);
    [[nodiscard]] bool in_use(PacketId id) const;
    [[nodiscard]] std::size_t in_use_count() const;

private:
    [[no_unique_address]] IdTable<UsedId> used_;
    PacketId next_ = 1;
};

} // namespace mqtt::flow
