#include "common/base/utf8.hpp"
#include "common/cli/error.hpp"
#include "common/cli/read_whole.hpp"
#include "common/cli/run_tool.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqtt-pub/line_feed.hpp"
#include "tools/mqtt-pub/publish_settings.hpp"
#include "tools/mqtt-pub/publisher.hpp"
#include "tools/mqtt-pub/repeat_feed.hpp"

#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

namespace {

using mqtt_pub::PayloadSource;
using mqtt_pub::PublishSettings;

bool promises_utf8(const PublishSettings& settings) {
    const auto indicator =
        settings.publish_properties.list().number(mqtt::PropertyId::payload_format_indicator);
    return indicator == 1U;
}

std::string whole_stdin() {
    std::string text = cli::read_stdin(mqtt::max_remaining_length, "the message");
    if (text.empty()) {
        throw cli::ToolError(
            cli::ExitCode::local_error, "standard input is empty", "-n sends an empty message"
        );
    }
    return text;
}

std::string payload_of(const PublishSettings& settings) {
    std::string payload;
    if (settings.source == PayloadSource::text) payload = settings.text;
    if (settings.source == PayloadSource::file)
        payload = cli::read_file(settings.text, mqtt::max_remaining_length, "the message");
    if (settings.source == PayloadSource::whole_stdin) payload = whole_stdin();
    if (promises_utf8(settings) && !base::is_valid_utf8(payload)) {
        throw cli::ToolError(
            cli::ExitCode::local_error,
            "the message is not UTF-8, which payload-format-indicator 1 promises"
        );
    }
    return payload;
}

std::unique_ptr<mqtt_pub::Feed>
make_feed(boost::asio::io_context& context, const PublishSettings& settings) {
    if (settings.source == PayloadSource::lines) {
        const mqtt_pub::LineFeed::Rules rules{.must_be_utf8 = promises_utf8(settings)};
        return std::make_unique<mqtt_pub::LineFeed>(context, STDIN_FILENO, rules);
    }
    const mqtt_pub::RepeatFeed::Plan plan{settings.repeat, settings.repeat_delay};
    return std::make_unique<mqtt_pub::RepeatFeed>(context, payload_of(settings), plan);
}

cli::Outcome publish(cli::ToolContext& tool) {
    const auto settings = mqtt_pub::read_settings(tool);
    if (!settings) return {};
    boost::asio::io_context context(1);
    const std::unique_ptr<mqtt_pub::Feed> feed = make_feed(context, *settings);
    return mqtt_pub::Publisher(context, *settings, *feed, tool.console).run();
}

} // namespace

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-pub", argc, argv, publish);
}
