#include "common/cli/message_format.hpp"

#include "common/base/json_text.hpp"
#include "common/base/utf8.hpp"
#include "common/cli/message_json.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace cli {

namespace {

using mqtt::PropertyId;
using Piece = MessageFormat::Piece;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

struct SplitTime {
    std::time_t seconds = 0;
    std::int64_t nanoseconds = 0;
};

SplitTime split(base::WallTime time) {
    const auto count =
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    SplitTime result{count / nanoseconds_per_second, count % nanoseconds_per_second};
    if (result.nanoseconds < 0) {
        --result.seconds;
        result.nanoseconds += nanoseconds_per_second;
    }
    return result;
}

std::string digits(std::int64_t value, std::size_t width) {
    std::string text = std::to_string(value);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

std::string time_text(base::WallTime time, const std::string& format) {
    std::tm local{};
    const std::time_t seconds = split(time).seconds;
    ::localtime_r(&seconds, &local);
    std::array<char, 256> buffer{};
    const std::size_t size = std::strftime(buffer.data(), buffer.size(), format.c_str(), &local);
    return {buffer.data(), size};
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count)
        text.remove_prefix(base::decode_utf8(text).size);
    return count;
}

/// At most count characters of the beginning.
std::string_view first_characters(std::string_view text, std::size_t count) {
    std::size_t size = 0;
    for (; count > 0 && size < text.size(); --count)
        size += base::decode_utf8(text.substr(size)).size;
    return text.substr(0, size);
}

void pad(std::string& out, const Piece& piece, std::string_view text, char filler) {
    const std::size_t size = count_characters(text);
    const std::size_t missing = piece.width > size ? piece.width - size : 0;
    if (!piece.left) out.append(missing, filler);
    out += text;
    if (piece.left) out.append(missing, ' ');
}

void append_text(std::string& out, const Piece& piece, std::string_view text) {
    if (piece.precision.has_value()) text = first_characters(text, *piece.precision);
    pad(out, piece, text, ' ');
}

void append_number(std::string& out, const Piece& piece, const std::string& number) {
    pad(out, piece, number, piece.zeros && !piece.left ? '0' : ' ');
}

std::string hex(const Piece& piece, base::Bytes payload) {
    const std::string_view letters = piece.code == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    const std::size_t group = piece.separator == '\0' ? 0 : piece.precision.value_or(0);
    std::string text;
    std::size_t written = 0;
    const auto put = [&](unsigned nibble) {
        if (group != 0 && written != 0 && written % group == 0) text += piece.separator;
        text += letters[nibble];
        ++written;
    };
    for (const std::uint8_t byte : payload) {
        put(byte >> 4U);
        put(byte & 0x0FU);
    }
    return text;
}

/// The payload as a number in the machine's own byte order; empty when its size is another.
template <typename Number>
std::string floating(const Piece& piece, base::Bytes payload) {
    Number value = 0;
    if (payload.size() != sizeof value) return {};
    std::memcpy(&value, payload.data(), sizeof value);
    constexpr int usual_decimals = 6;
    const int decimals =
        piece.precision.has_value() ? static_cast<int>(*piece.precision) : usual_decimals;
    const auto wide = static_cast<double>(value);
    std::string text(
        static_cast<std::size_t>(std::snprintf(nullptr, 0, "%.*f", decimals, wide)), ' '
    );
    std::snprintf(text.data(), text.size() + 1, "%.*f", decimals, wide);
    return text;
}

std::string property_number(const mqtt::Publish& packet, PropertyId id) {
    const auto value = packet.properties.number(id);
    return value.has_value() ? std::to_string(*value) : std::string();
}

std::string user_properties(const mqtt::Publish& packet) {
    std::string text;
    for (const mqtt::PropertyView& property : packet.properties) {
        if (property.id != PropertyId::user_property) continue;
        if (!text.empty()) text += ' ';
        text += std::string(property.name) + ':' + std::string(property.text);
    }
    return text;
}

std::string unix_time(base::WallTime time) {
    const SplitTime parts = split(time);
    return std::to_string(parts.seconds) + '.' + digits(parts.nanoseconds, 9);
}

std::string json(char code, const mqtt::Publish& packet, base::WallTime received, bool pretty) {
    const JsonPayload style = code == 'J' ? JsonPayload::as_value : JsonPayload::as_string;
    std::string text = message_json(packet, iso_time_with_microseconds(received), style);
    return pretty ? base::pretty_json(text) : text;
}

void append_field_of_5(std::string& out, const Piece& piece, const mqtt::Publish& packet) {
    const auto text = [&packet](PropertyId id) {
        return packet.properties.text(id).value_or("");
    };
    switch (piece.code) {
    case 'A':
        append_number(out, piece, property_number(packet, PropertyId::topic_alias));
        break;
    case 'C':
        append_text(out, piece, text(PropertyId::content_type));
        break;
    case 'D':
        out += text(PropertyId::correlation_data);
        break;
    case 'E':
        append_number(out, piece, property_number(packet, PropertyId::message_expiry_interval));
        break;
    case 'F':
        append_number(out, piece, property_number(packet, PropertyId::payload_format_indicator));
        break;
    case 'P':
        out += user_properties(packet);
        break;
    case 'R':
        append_text(out, piece, text(PropertyId::response_topic));
        break;
    case 'S':
        append_number(out, piece, property_number(packet, PropertyId::subscription_identifier));
        break;
    default:
        break;
    }
}

void append_field(std::string& out, const Piece& piece, const mqtt::Publish& packet) {
    switch (piece.code) {
    case 't':
        append_text(out, piece, packet.topic);
        break;
    case 'p':
        append_text(out, piece, base::as_text(packet.payload));
        break;
    case 'x':
    case 'X':
        pad(out, piece, hex(piece, packet.payload), ' ');
        break;
    case 'l':
        append_number(out, piece, std::to_string(packet.payload.size()));
        break;
    case 'q':
        out += std::to_string(static_cast<unsigned>(packet.qos));
        break;
    case 'r':
        out += packet.retain ? '1' : '0';
        break;
    case 'm':
        append_number(out, piece, std::to_string(packet.packet_id));
        break;
    case 'f':
        append_number(out, piece, floating<float>(piece, packet.payload));
        break;
    case 'd':
        append_number(out, piece, floating<double>(piece, packet.payload));
        break;
    default:
        append_field_of_5(out, piece, packet);
    }
}

} // namespace

std::string iso_time(base::WallTime time) {
    return time_text(time, "%FT%T%z");
}

std::string iso_time_with_microseconds(base::WallTime time) {
    return time_text(time, "%FT%T.") + digits(split(time).nanoseconds / 1000, 6) +
           time_text(time, "%z");
}

void MessageFormat::append(
    std::string& out, const mqtt::Publish& packet, base::WallTime received, bool pretty
) const {
    for (const Piece& piece : pieces_) {
        switch (piece.code) {
        case '\0':
            out += piece.text;
            break;
        case '@':
            out += piece.text == "%N" ? digits(split(received).nanoseconds, 9)
                                      : time_text(received, piece.text);
            break;
        case 'I':
            append_text(out, piece, iso_time(received));
            break;
        case 'U':
            out += unix_time(received);
            break;
        case 'j':
        case 'J':
            out += json(piece.code, packet, received, pretty);
            break;
        default:
            append_field(out, piece, packet);
        }
    }
}

} // namespace cli
