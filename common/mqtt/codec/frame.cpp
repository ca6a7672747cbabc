#include "common/mqtt/codec/frame.hpp"

#include "common/mqtt/codec/rules.hpp"

namespace mqtt::codec {

namespace {

constexpr std::size_t length_offset = 1;
constexpr std::size_t longest_length = 4;

FrameRead invalid(Rule rule, std::size_t offset) {
    FrameRead read;
    read.status = FrameStatus::invalid;
    read.error = broken(rule, ProtocolVersion::v5, offset);
    return read;
}

FrameRead incomplete(std::size_t expected_size) {
    FrameRead read;
    read.expected_size = expected_size;
    return read;
}

} // namespace

FrameRead next_frame(base::Bytes input, std::size_t max_packet_size) {
    if (input.empty()) return incomplete(0);
    if ((input[0] >> 4U) == 0) return invalid(Rule::packet_type_is_known, 0);

    std::size_t length = 0;
    std::size_t used = 0;
    while (true) {
        if (used == longest_length) return invalid(Rule::length_has_four_bytes, length_offset);
        if (length_offset + used == input.size()) return incomplete(0);
        const std::size_t byte = input[length_offset + used];
        length |= (byte & 0x7FU) << (7U * used);
        ++used;
        if ((byte & 0x80U) != 0) continue;
        if (byte == 0 && used > 1) return invalid(Rule::variable_integer_is_minimal, length_offset);
        break;
    }

    const std::size_t header_size = length_offset + used;
    const std::size_t size = header_size + length;
    if (max_packet_size != 0 && size > max_packet_size)
        return invalid(Rule::packet_fits_limit, length_offset);
    if (size > input.size()) return incomplete(size);

    FrameRead read;
    read.status = FrameStatus::complete;
    read.frame.first_byte = input[0];
    read.frame.header_size = static_cast<std::uint8_t>(header_size);
    read.frame.body = input.subspan(header_size, length);
    return read;
}

} // namespace mqtt::codec
