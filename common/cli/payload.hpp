// The message that a tool sends: from the command line, a file or standard input.
#pragma once

#include "common/mqtt/packet/property_list.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

/// Where the message comes from.
enum class PayloadSource : std::uint8_t {
    none,
    text,        ///< -m
    file,        ///< -f
    whole_stdin, ///< -s
    lines,       ///< -l
    empty,       ///< -n
};

/// text: of -m, or the path of -f. properties: of the PUBLISH, which may promise UTF-8. Everything
/// but lines, of which nothing is read. Throws ToolError.
[[nodiscard]] std::string
read_payload(PayloadSource source, const std::string& text, const mqtt::PropertyList& properties);

/// Whether payload-format-indicator 1 is among them. [MQTT-3.3.2-4]
[[nodiscard]] bool promises_utf8(const mqtt::PropertyList& properties);

/// Throws ToolError when the promise is not kept.
void check_promise(std::string_view payload, const mqtt::PropertyList& properties);

} // namespace cli
