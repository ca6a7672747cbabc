#include "tools/mqttd/connection/unsent_output.hpp"

#include <gtest/gtest.h>

namespace {

using mqttd::Counters;
using mqttd::UnsentOutput;

/// Packets of four bytes: PUBACK.
base::ByteBuffer acknowledgements(std::size_t count) {
    base::ByteBuffer bytes;
    for (std::size_t i = 0; i < count; ++i)
        bytes.insert(bytes.end(), {0x40, 0x02, 0x00, 0x01});
    return bytes;
}

/// Writes what is left of some acknowledgements in steps, and returns the packets that wait after
/// each.
std::vector<std::uint64_t>
waiting_after(base::ByteBuffer output, const std::vector<std::size_t>& steps) {
    Counters counters;
    UnsentOutput unsent;
    std::vector<std::uint64_t> waiting;
    for (const std::size_t taken : steps) {
        unsent.after_write(output, taken, counters);
        output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(taken));
        EXPECT_EQ(counters.queued_out_bytes.value(), output.size());
        waiting.push_back(counters.queued_out_packets.value());
    }
    return waiting;
}

using Waiting = std::vector<std::uint64_t>;

TEST(UnsentOutput, nothing_waits_while_the_socket_takes_everything) {
    EXPECT_EQ(waiting_after(acknowledgements(3), {12}), (Waiting{0}));
}

TEST(UnsentOutput, a_packet_that_is_sent_in_part_still_waits) {
    EXPECT_EQ(
        waiting_after(acknowledgements(3), {0, 1, 2, 1, 4, 3, 1}), (Waiting{3, 3, 3, 2, 1, 1, 0})
    );
}

TEST(UnsentOutput, clearing_takes_only_its_own_share_from_the_gauges) {
    Counters counters;
    UnsentOutput first;
    UnsentOutput second;
    first.after_write(acknowledgements(3), 5, counters);
    second.after_write(acknowledgements(2), 0, counters);
    first.clear(counters);
    EXPECT_EQ(counters.queued_out_packets.value(), 2U);
    EXPECT_EQ(counters.queued_out_bytes.value(), 8U);
}

} // namespace
