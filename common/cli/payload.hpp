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

/// What the options -m, -f, -l, -s and -n say; one of them may be given.
struct PayloadChoice {
    PayloadSource source = PayloadSource::none;
    std::string text;   ///< of -m, or the path of -f
    std::string option; ///< "--message"

    /// hint: that only one may be given. Throws UsageError for a second one.
    void
    set(std::string_view name, PayloadSource chosen, std::string_view value, std::string_view hint);
};

/// properties: of the PUBLISH, which may promise UTF-8. Everything but lines, of which nothing is
/// read. Throws ToolError.
[[nodiscard]] std::string
read_payload(const PayloadChoice& choice, const mqtt::PropertyList& properties);

/// Whether payload-format-indicator 1 is among them. [MQTT-3.3.2-4]
[[nodiscard]] bool promises_utf8(const mqtt::PropertyList& properties);

/// Throws ToolError when the promise is not kept.
void check_promise(std::string_view payload, const mqtt::PropertyList& properties);

} // namespace cli
