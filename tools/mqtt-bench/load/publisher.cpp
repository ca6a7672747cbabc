#include "tools/mqtt-bench/load/publisher.hpp"

#include "common/mqtt/codec/varint.hpp"
#include "tools/mqtt-bench/load/stamp.hpp"

#include <algorithm>
#include <cstring>

namespace bench {

Publisher::Publisher(const Roster& roster, const Member& member, std::uint32_t run, bool v5)
    : roster_(roster)
    , member_(member)
    , run_(run)
    , v5_(v5)
    , window_(member.group->window)
    , most_deliveries_(
          member.group->delivers_later
              ? 0
              : *std::max_element(
                    roster.deliveries[member.flow].begin(), roster.deliveries[member.flow].end()
                )
      )
    , random_state_(run + member.flow)
    , book_(member.group->qos == mqtt::Qos::at_most_once ? 1 : member.group->window) {
    prepare();
}

void Publisher::limit_in_flight(std::uint32_t count) {
    if (group().qos != mqtt::Qos::at_most_once) window_ = std::min(window_, count);
}

std::uint64_t Publisher::room() const {
    std::uint64_t used = book_.in_flight();
    if (most_deliveries_ != 0) {
        const std::uint64_t arrived = delivered();
        // What was written off may still arrive.
        const std::uint64_t waiting = owed_ > arrived ? owed_ - arrived : 0;
        used = std::max(used, (waiting + most_deliveries_ - 1) / most_deliveries_);
    }
    if (used >= window_) return 0;
    if (group().qos != mqtt::Qos::at_most_once && !book_.next_is_free()) return 0;
    std::uint64_t room = window_ - used;
    if (group().messages != 0) room = std::min(room, group().messages - sequence_);
    return room;
}

namespace {

std::uint8_t* put_two_bytes(std::uint8_t* at, std::size_t value) {
    *at++ = static_cast<std::uint8_t>(value >> 8U);
    *at++ = static_cast<std::uint8_t>(value & 0xFFU);
    return at;
}

} // namespace

std::uint32_t Publisher::compose(Output& out, std::uint64_t time, bool empty) {
    const bool acknowledged = group().qos != mqtt::Qos::at_most_once && !empty;
    std::uint8_t* payload = nullptr;
    if (!packet_.empty() && !empty) {
        std::uint8_t* const at = out.extend(packet_.size());
        std::memcpy(at, packet_.data(), packet_.size());
        payload = at + packet_.size() - group().payload.greatest();
    } else {
        if (group().topic.depends_on_message()) {
            topic_.clear();
            group().topic.append_to(topic_, member_.index, sequence_);
        }
        payload = empty ? begin_packet(out, mqtt::Qos::at_most_once, 0)
                        : begin_packet(out, group().qos, group().payload.pick(random()));
    }
    if (acknowledged) put_two_bytes(payload - (v5_ ? 3 : 2), book_.take(time));
    if (!empty) Stamp{run_, member_.flow, sequence_, time}.write(payload);
    const std::uint32_t deliveries = roster_.deliveries_of(member_.flow, sequence_);
    owed_ += deliveries;
    ++sequence_;
    return deliveries;
}

// The payload's bytes after the stamp are all the same: brokers do not look at them.
std::uint8_t* Publisher::begin_packet(Output& out, mqtt::Qos level, std::size_t payload_size) {
    const auto qos = static_cast<unsigned>(level);
    const std::size_t length =
        2 + topic_.size() + (qos == 0 ? 0U : 2U) + (v5_ ? 1U : 0U) + payload_size;
    std::uint8_t* at = out.extend(1 + mqtt::codec::variable_size(length) + length);
    *at++ = static_cast<std::uint8_t>(0x30U | (qos << 1U) | (group().retain ? 1U : 0U));
    std::size_t rest = length;
    do {
        *at++ = static_cast<std::uint8_t>((rest & 0x7FU) | (rest > 0x7FU ? 0x80U : 0U));
        rest >>= 7U;
    } while (rest != 0);
    at = put_two_bytes(at, topic_.size());
    std::memcpy(at, topic_.data(), topic_.size());
    at += topic_.size();
    if (qos != 0) at += 2; // compose() knows the packet identifier
    if (v5_) *at++ = 0;    // no properties
    std::memset(at, 'x', payload_size);
    return at;
}

void Publisher::prepare() {
    topic_ = group().topic.topic(member_.index);
    if (group().topic.depends_on_message() || !group().payload.is_fixed()) return;
    Output once;
    begin_packet(once, group().qos, group().payload.greatest());
    packet_.assign(once.data(), once.data() + once.size());
}

// SplitMix64: sizes only have to be spread, and the same in every run with the same seed.
std::uint64_t Publisher::random() {
    random_state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = random_state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

} // namespace bench
