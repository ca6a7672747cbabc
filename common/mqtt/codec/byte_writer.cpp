#include "common/mqtt/codec/byte_writer.hpp"

#include "common/base/assert.hpp"
#include "common/mqtt/codec/varint.hpp"

#include <array>

namespace mqtt::codec {

namespace {

constexpr std::size_t shortest_header = 2;

} // namespace

ByteWriter::ByteWriter(PacketType type, std::uint8_t flags, base::ByteBuffer& out)
    : out_(out), start_(out.size()) {
    out_.push_back(static_cast<std::uint8_t>((static_cast<unsigned>(type) << 4U) | flags));
    out_.push_back(0);
}

void ByteWriter::two_bytes(std::uint16_t value) {
    out_.push_back(static_cast<std::uint8_t>(value >> 8U));
    out_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::variable(std::size_t value) {
    std::array<std::uint8_t, 4> bytes{};
    const std::uint8_t* end = write_variable(bytes.data(), value);
    out_.insert(out_.end(), static_cast<const std::uint8_t*>(bytes.data()), end);
}

void ByteWriter::binary(base::Bytes bytes) {
    MIDGE_ASSERT(bytes.size() <= max_string_length, "a string fits its two-byte length");
    two_bytes(static_cast<std::uint16_t>(bytes.size()));
    base::append(out_, bytes);
}

void ByteWriter::properties(const PropertyList& list) {
    variable(list.wire().size());
    base::append(out_, list.wire());
}

void ByteWriter::finish() {
    const std::size_t length = out_.size() - start_ - shortest_header;
    MIDGE_ASSERT(length <= max_remaining_length, "a packet fits its remaining length");
    const std::size_t more = variable_size(length) - 1;
    const auto length_at = out_.begin() + static_cast<std::ptrdiff_t>(start_ + 1);
    out_.insert(length_at, more, 0);
    write_variable(out_.data() + start_ + 1, length);
}

} // namespace mqtt::codec
