#include "common/base/json_text.hpp"

// Not installed as a library on its own: compiled here, once.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>

#include <array>
#include <cstdint>

namespace base {

namespace {

constexpr std::size_t deepest = 200;

/// What the parser tells and nobody needs.
struct NoHandler {
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    using Error = boost::json::error_code;
    using Text = boost::json::string_view;

    // NOLINTBEGIN(readability-convert-member-functions-to-static): the parser's interface
    bool on_document_begin(Error&) { return true; }

    bool on_document_end(Error&) { return true; }

    bool on_object_begin(Error&) { return true; }

    bool on_object_end(std::size_t, Error&) { return true; }

    bool on_array_begin(Error&) { return true; }

    bool on_array_end(std::size_t, Error&) { return true; }

    bool on_key_part(Text, std::size_t, Error&) { return true; }

    bool on_key(Text, std::size_t, Error&) { return true; }

    bool on_string_part(Text, std::size_t, Error&) { return true; }

    bool on_string(Text, std::size_t, Error&) { return true; }

    bool on_number_part(Text, Error&) { return true; }

    bool on_int64(std::int64_t, Text, Error&) { return true; }

    bool on_uint64(std::uint64_t, Text, Error&) { return true; }

    bool on_double(double, Text, Error&) { return true; }

    bool on_bool(bool, Error&) { return true; }

    bool on_null(Error&) { return true; }

    bool on_comment_part(Text, Error&) { return true; }

    bool on_comment(Text, Error&) { return true; }

    // NOLINTEND(readability-convert-member-functions-to-static)
};

bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/// The size of the string at the start of a valid JSON text, quotes included.
std::size_t string_size(std::string_view json) {
    std::size_t end = 1;
    while (json[end] != '"')
        end += json[end] == '\\' ? 2 : 1;
    return end + 1;
}

void append_line(std::string& out, std::size_t level) {
    out += '\n';
    out.append(2 * level, ' ');
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (character == '\n') {
            out += "\\n";
        } else if (character == '\t') {
            out += "\\t";
        } else if (character == '\r') {
            out += "\\r";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 0x0FU];
        } else {
            out += character;
        }
    }
    out += '"';
}

std::string base64(Bytes bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t left = bytes.size() - at;
        const auto byte = [&](std::size_t index) {
            return index < left ? std::uint32_t{bytes[at + index]} : 0U;
        };
        const std::uint32_t group = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        text += alphabet[group >> 18U];
        text += alphabet[(group >> 12U) & 0x3FU];
        text += left > 1 ? alphabet[(group >> 6U) & 0x3FU] : '=';
        text += left > 2 ? alphabet[group & 0x3FU] : '=';
    }
    return text;
}

bool is_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = deepest;
    boost::json::basic_parser<NoHandler> parser(options);
    boost::json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    return !error && used == text.size();
}

std::string compact_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const std::size_t size = json[at] == '"' ? string_size(json.substr(at)) : 1;
        if (!is_blank(json[at])) out += json.substr(at, size);
        at += size;
    }
    return out;
}

std::string pretty_json(std::string_view json) {
    const std::string compact = compact_json(json);
    std::string out;
    std::size_t level = 0;
    for (std::size_t at = 0; at < compact.size();) {
        const char character = compact[at];
        if (character == '"') {
            const std::size_t size = string_size(std::string_view(compact).substr(at));
            out.append(compact, at, size);
            at += size;
            continue;
        }
        const bool opens = character == '{' || character == '[';
        const bool closes = character == '}' || character == ']';
        const bool is_empty = opens && (compact[at + 1] == '}' || compact[at + 1] == ']');
        if (is_empty) {
            out.append(compact, at, 2);
            at += 2;
            continue;
        }
        if (closes) append_line(out, --level);
        out += character;
        if (opens) append_line(out, ++level);
        if (character == ',') append_line(out, level);
        if (character == ':') out += ' ';
        ++at;
    }
    return out;
}

} // namespace base
