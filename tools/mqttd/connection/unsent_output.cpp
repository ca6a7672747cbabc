#include "tools/mqttd/connection/unsent_output.hpp"

#include "common/mqtt/codec/frame.hpp"

namespace mqttd {

namespace {

std::size_t packet_size(base::Bytes output) {
    return mqtt::codec::next_frame(output, 0).frame.size();
}

} // namespace

void UnsentOutput::after_write(base::Bytes output, std::size_t taken, Counters& counters) {
    const std::size_t unsent = output.size() - taken;
    if (unsent == 0) {
        begun_ = 0;
        if (bytes_ != 0) clear(counters);
        return;
    }
    // The packet in hand is [begin, end); what has been begun is sent in part.
    bool begun = begun_ > 0;
    std::size_t begin = 0;
    std::size_t end = begun ? begun_ : packet_size(output);
    std::uint32_t packets = 0;
    begun_ = 0;
    while (true) {
        if (end > taken) {
            ++packets;
            if (begun || begin < taken) begun_ = static_cast<std::uint32_t>(end - taken);
        }
        if (end >= output.size()) break;
        begin = end;
        end += packet_size(output.subspan(begin));
        begun = false;
    }
    set(packets, static_cast<std::uint32_t>(unsent), counters);
}

void UnsentOutput::set(std::uint32_t packets, std::uint32_t bytes, Counters& counters) {
    counters.queued_out_packets.add(packets);
    counters.queued_out_packets.subtract(packets_);
    counters.queued_out_bytes.add(bytes);
    counters.queued_out_bytes.subtract(bytes_);
    packets_ = packets;
    bytes_ = bytes;
}

} // namespace mqttd
