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

void PayloadChoice::set(
    std::string_view name, PayloadSource chosen, std::string_view value, std::string_view hint
) {
    if (!option.empty()) {
        throw UsageError(
            option == name ? std::string(name) + " may be given once"
                           : option + " and " + std::string(name) + " exclude each other",
            std::string(hint)
        );
    }
    option = name;
    source = chosen;
    text = value;
}

bool promises_utf8(const mqtt::PropertyList& properties) {
    return properties.number(mqtt::PropertyId::payload_format_indicator) == 1U;
}

void check_promise(std::string_view payload, const mqtt::PropertyList& properties) {
    if (!promises_utf8(properties) || base::is_valid_utf8(payload)) return;
    throw ToolError(
        ExitCode::local_error, "the message is not UTF-8, which payload-format-indicator 1 promises"
    );
}

std::string read_payload(const PayloadChoice& choice, const mqtt::PropertyList& properties) {
    std::string payload;
    if (choice.source == PayloadSource::text) payload = choice.text;
    if (choice.source == PayloadSource::file)
        payload = read_file(choice.text, mqtt::max_remaining_length, "the message");
    if (choice.source == PayloadSource::whole_stdin) payload = whole_stdin();
    check_promise(payload, properties);
    return payload;
}

} // namespace cli
