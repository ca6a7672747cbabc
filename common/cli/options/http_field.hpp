// Parts of an HTTP request as options give them: a path and a header field. Pure. Each throws
// UsageError that begins with name.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace cli {

/// Refuses what cannot stand in a request: a path begins with a slash and has neither blanks nor
/// control characters nor a fragment.
void check_request_path(std::string_view name, std::string_view path);

/// "NAME: VALUE"; refuses the fields that the upgrade to a WebSocket is made of.
[[nodiscard]] std::pair<std::string, std::string>
parse_http_field(std::string_view name, std::string_view text);

} // namespace cli
