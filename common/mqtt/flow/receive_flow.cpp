#include "common/mqtt/flow/receive_flow.hpp"

#include <limits>

namespace mqtt::flow {

Receipt ReceiveFlow::on_publish(Qos qos, PacketId id) {
    if (qos == Qos::at_most_once) return Receipt::accepted;
    if (qos == Qos::at_least_once) return on_qos1(id);
    UnreleasedMessage* known = qos2_.find(id);
    const bool must_count = known == nullptr || !known->counts;
    if (must_count && counted_ >= maximum_) return Receipt::window_exceeded;
    if (must_count) ++counted_;
    if (known != nullptr) {
        known->counts = true;
        return Receipt::duplicate;
    }
    qos2_.insert(UnreleasedMessage{.id = id, .counts = true});
    return Receipt::accepted;
}

Receipt ReceiveFlow::on_qos1(PacketId id) {
    if (counted_ >= maximum_) return Receipt::window_exceeded;
    if (UnreleasedMessage* same_id = qos2_.find(id); same_id != nullptr) {
        if (same_id->qos1_pending == std::numeric_limits<std::uint8_t>::max()) {
            return Receipt::window_exceeded;
        }
        ++same_id->qos1_pending;
    }
    ++counted_;
    return Receipt::accepted;
}

void ReceiveFlow::finish(PacketId id) {
    UnreleasedMessage* known = qos2_.find(id);
    if (known != nullptr && known->qos1_pending == 0) {
        on_pubrel(id);
        return;
    }
    if (known != nullptr) --known->qos1_pending;
    if (counted_ != 0) --counted_;
}

bool ReceiveFlow::on_pubrel(PacketId id) {
    const UnreleasedMessage* known = qos2_.find(id);
    if (known == nullptr) return false;
    if (known->counts) --counted_;
    return qos2_.erase(id);
}

void ReceiveFlow::clear_quota() {
    counted_ = 0;
    qos2_.for_each([](UnreleasedMessage& known) { known = UnreleasedMessage{.id = known.id}; });
}

bool ReceiveFlow::restore(PacketId id) {
    if (id == 0 || qos2_.contains(id)) return false;
    qos2_.insert(UnreleasedMessage{.id = id});
    return true;
}

} // namespace mqtt::flow
