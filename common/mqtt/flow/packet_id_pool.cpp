#include "common/mqtt/flow/packet_id_pool.hpp"

namespace mqtt::flow {

std::optional<PacketId> PacketIdPool::take() {
    if (used_.size() == 65535) return std::nullopt;
    while (used_.contains(next_))
        next_ = next_packet_id(next_);
    const PacketId id = next_;
    used_.insert(UsedId{id});
    next_ = next_packet_id(id);
    return id;
}

bool PacketIdPool::reserve(PacketId id) {
    if (id == 0 || used_.contains(id)) return false;
    used_.insert(UsedId{id});
    return true;
}

bool PacketIdPool::release(PacketId id) {
    return used_.erase(id);
}

bool PacketIdPool::in_use(PacketId id) const {
    return used_.contains(id);
}

std::size_t PacketIdPool::in_use_count() const {
    return used_.size();
}

} // namespace mqtt::flow
