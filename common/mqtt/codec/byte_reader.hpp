// Reads the fields of one packet's body in order. The first rule that is broken is remembered; from
// then on there is nothing left to read and every read gives zero, so that decoders check ok()
// once, before they use what they read. Lives on the stack of a decode function; knows nothing
// about packets.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/codec/frame.hpp"
#include "common/mqtt/codec/rules.hpp"
#include "common/mqtt/codec/text_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mqtt::codec {

class ByteReader {
public:
    ByteReader(const Frame& frame, ProtocolVersion version)
        : begin_(frame.body.data())
        , cursor_(begin_)
        , end_(begin_ + frame.body.size())
        , header_size_(frame.header_size)
        , version_(version) {}

    [[nodiscard]] bool ok() const { return !failed_; }

    [[nodiscard]] bool at_end() const { return cursor_ == end_; }

    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - cursor_); }

    /// Of the next field, in bytes from the first byte of the packet.
    [[nodiscard]] std::size_t offset() const {
        return header_size_ + static_cast<std::size_t>(cursor_ - begin_);
    }

    [[nodiscard]] const std::uint8_t* cursor() const { return cursor_; }

    [[nodiscard]] ProtocolVersion version() const { return version_; }

    void set_version(ProtocolVersion version) { version_ = version; }

    std::uint8_t byte() {
        if (!has(1)) return 0;
        return *cursor_++;
    }

    std::uint16_t two_bytes() {
        if (!has(2)) return 0;
        const auto value = static_cast<std::uint16_t>((cursor_[0] << 8U) | cursor_[1]);
        cursor_ += 2;
        return value;
    }

    std::uint32_t four_bytes() {
        if (!has(4)) return 0;
        const std::uint32_t high = two_bytes();
        return (high << 16U) | two_bytes();
    }

    /// A variable byte integer, which must be as short as possible. [MQTT-1.5.5-1]
    std::uint32_t variable() {
        if (cursor_ != end_ && *cursor_ < 0x80U) return *cursor_++;
        return long_variable();
    }

    /// Bytes behind a two-byte length.
    base::Bytes binary() {
        const std::size_t start = offset();
        const std::size_t size = two_bytes();
        if (size > left()) fail(Rule::field_is_complete, start);
        return take(size);
    }

    /// A UTF-8 string that was checked. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    std::string_view text() {
        const std::size_t start = offset();
        const std::string_view text = base::as_text(binary());
        if (!is_plain(text)) check_text(text, start);
        return text;
    }

    /// An identifier of a packet, which is not 0. [MQTT-2.2.1-3] [MQTT311-2.3.1-1]
    PacketId packet_id() {
        const std::size_t start = offset();
        const PacketId id = two_bytes();
        if (id == 0) fail(Rule::packet_id_is_not_zero, start);
        return id;
    }

    base::Bytes rest() { return take(left()); }

    /// Checks a text that is not plain ASCII; start: its offset.
    void check_text(std::string_view text, std::size_t start);

    /// Remembers the first broken rule; offset from the first byte of the packet.
    void fail(Rule rule, std::size_t offset);
    /// The same with a clause that says more than the rule's row.
    void fail(Rule rule, std::size_t offset, std::string_view clause);

    /// Makes the next size bytes all there is until widen(); returns what to give to it.
    const std::uint8_t* narrow(std::size_t size) {
        const std::uint8_t* outer_end = end_;
        end_ = cursor_ + size;
        return outer_end;
    }

    void widen(const std::uint8_t* outer_end) {
        end_ = outer_end;
        if (failed_) cursor_ = end_;
    }

    void expect_end() {
        if (!at_end()) fail(Rule::nothing_follows, offset());
    }

    /// The packet, unless a rule was broken or bytes are left over.
    template <typename Packet>
    Decoded<Packet> finish(Packet packet) {
        expect_end();
        if (failed_) return error_;
        return Decoded<Packet>(std::move(packet));
    }

    [[nodiscard]] const DecodeError& error() const { return error_; }

private:
    bool has(std::size_t size) {
        if (left() >= size) return true;
        fail(Rule::field_is_complete, offset());
        return false;
    }

    base::Bytes take(std::size_t size) {
        if (failed_) return {};
        const base::Bytes bytes(cursor_, size);
        cursor_ += size;
        return bytes;
    }

    std::uint32_t long_variable();

    const std::uint8_t* begin_;
    const std::uint8_t* cursor_;
    const std::uint8_t* end_;
    std::uint8_t header_size_;
    ProtocolVersion version_;
    bool failed_ = false;
    DecodeError error_;
};

} // namespace mqtt::codec
