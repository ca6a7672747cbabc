#include "common/cli/payload.hpp"

#include "common/base/utf8.hpp"
#include "common/cli/error.hpp"
#include "common/cli/read_whole.hpp"
#include "common/mqtt/spec/protocol.hpp"

namespace cli {

namespace {

std::string whole_stdin() {
    std::string text = read_stdin(mqtt::max_remaining_length, "the message");
    if (text.empty()) {
        throw ToolError(
            ExitCode::local_error, "standard input is empty", "-n sends an empty message"
        );
    }
    return text;
}

} // namespace

bool promises_utf8(const mqtt::PropertyList& properties) {
    return properties.number(mqtt::PropertyId::payload_format_indicator) == 1U;
}

void check_promise(std::string_view payload, const mqtt::PropertyList& properties) {
    if (!promises_utf8(properties) || base::is_valid_utf8(payload)) return;
    throw ToolError(
        ExitCode::local_error, "the message is not UTF-8, which payload-format-indicator 1 promises"
    );
}

std::string
read_payload(PayloadSource source, const std::string& text, const mqtt::PropertyList& properties) {
    std::string payload;
    if (source == PayloadSource::text) payload = text;
    if (source == PayloadSource::file)
        payload = read_file(text, mqtt::max_remaining_length, "the message");
    if (source == PayloadSource::whole_stdin) payload = whole_stdin();
    check_promise(payload, properties);
    return payload;
}

} // namespace cli
