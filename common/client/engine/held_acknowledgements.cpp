#include "common/client/engine/held_acknowledgements.hpp"

#include <algorithm>

namespace client::engine {

void HeldAcknowledgements::begin(bool session_present) {
    if (session_present) {
        earlier_.insert(earlier_.end(), held_.begin(), held_.end());
    } else {
        earlier_.clear();
    }
    held_.clear();
}

std::optional<DeliveryId>
HeldAcknowledgements::on_publish(mqtt::Qos qos, mqtt::PacketId packet_id, bool dup) {
    const auto known = std::find_if(earlier_.begin(), earlier_.end(), [&](const Held& held) {
        return held.packet_id == packet_id && held.qos == qos;
    });
    if (known != earlier_.end()) {
        Held held = *known;
        earlier_.erase(known);
        if (dup) {
            held_.push_back(held);
            return std::nullopt;
        }
    }
    held_.push_back({.id = ++last_, .packet_id = packet_id, .qos = qos});
    return last_;
}

void HeldAcknowledgements::acknowledge(DeliveryId id) {
    const auto mark = [id](auto& list) {
        const auto found = std::find_if(list.begin(), list.end(), [id](const Held& held) {
            return held.id == id;
        });
        if (found == list.end()) return false;
        found->done = true;
        return true;
    };
    if (!mark(held_)) mark(earlier_);
}

std::vector<HeldAcknowledgements::Due> HeldAcknowledgements::take_due() {
    std::vector<Due> due;
    while (!held_.empty() && held_.front().done) {
        due.push_back({held_.front().packet_id, held_.front().qos});
        held_.pop_front();
    }
    return due;
}

} // namespace client::engine
