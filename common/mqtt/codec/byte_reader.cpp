#include "common/mqtt/codec/byte_reader.hpp"

namespace mqtt::codec {

void ByteReader::check_text(std::string_view text, std::size_t start) {
    if (text.find('\0') != std::string_view::npos) {
        fail(Rule::string_has_no_null, start);
    } else if (!base::is_valid_utf8(text)) {
        fail(Rule::string_is_utf8, start);
    }
}

void ByteReader::fail(Rule rule, std::size_t offset) {
    if (failed_) return;
    failed_ = true;
    cursor_ = end_;
    error_ = broken(rule, version_, offset);
}

void ByteReader::fail(Rule rule, std::size_t offset, std::string_view clause) {
    if (failed_) return;
    fail(rule, offset);
    error_.clause = clause;
}

std::uint32_t ByteReader::long_variable() {
    const std::size_t start = offset();
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        if (at_end()) {
            fail(Rule::field_is_complete, start);
            return 0;
        }
        const std::uint8_t next = *cursor_++;
        value |= (next & 0x7FU) << shift;
        if ((next & 0x80U) != 0) continue;
        if (next != 0 || shift == 0) return value;
        fail(Rule::variable_integer_is_minimal, start);
        return 0;
    }
    fail(Rule::length_has_four_bytes, start);
    return 0;
}

} // namespace mqtt::codec
