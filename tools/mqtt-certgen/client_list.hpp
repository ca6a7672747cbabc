// A CSV file of clients: NAME, or NAME,DAYS in each line, as RFC 4180 quotes them. A first line
// "name" or "name,days" is a heading; empty lines and those that begin with # are left out. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_certgen {

struct ClientLine {
    std::string name;
    std::optional<std::chrono::days> days;
    std::string place; ///< "FILE:LINE"
};

/// file: for messages. Throws ToolError with the line's number.
[[nodiscard]] std::vector<ClientLine>
parse_client_list(std::string_view text, const std::string& file);

} // namespace mqtt_certgen
