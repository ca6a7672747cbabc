// Any bytes, as one side of a connection sends them. First byte: version and sender; then packets.
// What decodes must print, encode, and decode to the same again; what does not must say why.
#include "common/base/assert.hpp"
#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/codec/encode_within.hpp"
#include "common/mqtt/codec/plain_publish.hpp"
#include "tests/support/packet_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace {

using namespace mqtt;

struct Connection {
    ProtocolVersion version;
    Sender sender;
};

Connection connection_of(std::uint8_t selector) {
    constexpr std::array versions{
        ProtocolVersion::v31, ProtocolVersion::v311, ProtocolVersion::v5, ProtocolVersion::v5};
    return {
        .version = versions[selector & 3U],
        .sender = (selector & 4U) != 0 ? Sender::server : Sender::client,
    };
}

void check_error(const codec::DecodeError& error, std::size_t size) {
    MIDGE_ASSERT(is_error(error.reason), "a refusal has an error code");
    MIDGE_ASSERT(error.offset <= size, "the offset is within the packet");
    MIDGE_ASSERT(!error.clause.empty() && !error.what.empty(), "a refusal says why");
}

void check_again(
    const Packet& packet, const Connection& connection, const base::ByteBuffer& bytes
) {
    const auto read = codec::next_frame(bytes, bytes.size());
    MIDGE_ASSERT(read.status == codec::FrameStatus::complete, "what we encode is a frame");
    MIDGE_ASSERT(read.frame.size() == bytes.size(), "what we encode is one frame");
    const auto again = codec::decode(read.frame, connection.version, connection.sender);
    MIDGE_ASSERT(again.has_value(), "what we encode decodes");
    MIDGE_ASSERT(
        support::packet_text(*again) == support::packet_text(packet),
        "what we encode means the same"
    );
}

void check_limits(const Packet& packet, ProtocolVersion version, std::size_t size) {
    std::visit(
        [version, size]<typename Value>(const Value& value) {
            if constexpr (codec::Explained<Value>) {
                const std::size_t largest = std::min<std::size_t>(size, 40);
                for (std::size_t limit = 1; limit <= largest; ++limit) {
                    base::ByteBuffer out;
                    const bool fits = codec::encode_within(value, version, limit, out);
                    MIDGE_ASSERT(fits == !out.empty(), "all of a packet or nothing");
                    MIDGE_ASSERT(out.size() <= limit, "the limit holds");
                }
            }
        },
        packet
    );
}

void check_short_way(const codec::Frame& frame, const Connection& connection) {
    Publish plain;
    if (frame.type() != PacketType::publish ||
        !codec::plain_publish(frame, connection.version == ProtocolVersion::v5, plain)) {
        return;
    }
    const auto decoded = codec::decode_publish(frame, connection.version, connection.sender);
    MIDGE_ASSERT(decoded.has_value(), "what is plain is legal");
    MIDGE_ASSERT(
        support::packet_text(plain) == support::packet_text(*decoded), "both ways read the same"
    );
}

void check_frame(const codec::Frame& frame, const Connection& connection) {
    check_short_way(frame, connection);
    const auto packet = codec::decode(frame, connection.version, connection.sender);
    if (packet.has_error()) return check_error(packet.error(), frame.size());
    base::ByteBuffer bytes;
    codec::encode(*packet, connection.version, bytes);
    MIDGE_ASSERT(bytes.size() <= frame.size(), "our encoding is the shortest");
    check_again(*packet, connection, bytes);
    check_limits(*packet, connection.version, bytes.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Connection connection = connection_of(data[0]);
    base::Bytes rest(data + 1, size - 1);
    while (true) {
        const auto read = codec::next_frame(rest, 0);
        codec::Frame frame;
        if (codec::short_frame(rest, 0, frame)) {
            MIDGE_ASSERT(read.status == codec::FrameStatus::complete, "a short frame is whole");
            MIDGE_ASSERT(frame.size() == read.frame.size(), "both ways find the same end");
        }
        if (read.status == codec::FrameStatus::invalid) check_error(read.error, rest.size());
        if (read.status != codec::FrameStatus::complete) return 0;
        check_frame(read.frame, connection);
        rest = rest.subspan(read.frame.size());
    }
}
