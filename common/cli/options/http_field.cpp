#include "common/cli/options/http_field.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace cli {

namespace {

/// What the upgrade itself is made of, and what would give the request a body.
constexpr std::array<std::string_view, 8> taken_headers{
    "connection",
    "upgrade",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-accept",
    "sec-websocket-extensions",
    "content-length",
    "transfer-encoding",
};

/// A character of a field's name. [RFC 7230 3.2.6]
bool is_token_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

bool is_free_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character) &&
           std::none_of(taken_headers.begin(), taken_headers.end(), [&](std::string_view taken) {
               return equal_but_for_case(taken, name);
           });
}

bool is_control(unsigned char c) {
    return (c < ' ' && c != '\t') || c == 0x7F;
}

} // namespace

void check_request_path(std::string_view name, std::string_view path) {
    const bool printable =
        std::all_of(path.begin(), path.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; });
    if (path.starts_with('/') && printable && path.find('#') == std::string_view::npos) return;
    throw UsageError(
        std::string(name) + ": the path must begin with / and be percent-encoded (got " +
            base::in_quotes(path) + ")",
        "write %20 for a blank and %23 for a #"
    );
}

std::pair<std::string, std::string> parse_http_field(std::string_view name, std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view field = text.substr(0, colon);
    const bool clean = std::none_of(text.begin(), text.end(), is_control);
    if (colon == std::string_view::npos || !clean || !is_free_name(field)) {
        throw UsageError(
            std::string(name) +
                " must be NAME: VALUE, and no field of the upgrade itself (got the name " +
                base::in_quotes(field) + ")",
            "--ws-header \"Authorization: Bearer TOKEN\""
        );
    }
    std::string_view value = text.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    return {std::string(field), std::string(value)};
}

} // namespace cli
