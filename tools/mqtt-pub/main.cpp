#include "common/cli/payload.hpp"
#include "common/cli/run_tool.hpp"
#include "tools/mqtt-pub/line_feed.hpp"
#include "tools/mqtt-pub/publish_settings.hpp"
#include "tools/mqtt-pub/publisher.hpp"
#include "tools/mqtt-pub/repeat_feed.hpp"

#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <memory>

namespace {

using cli::PayloadSource;
using mqtt_pub::PublishSettings;

std::unique_ptr<mqtt_pub::Feed>
make_feed(boost::asio::io_context& context, const PublishSettings& settings) {
    const mqtt::PropertyList properties = settings.publish_properties.list();
    if (settings.payload.source == PayloadSource::lines) {
        const mqtt_pub::LineFeed::Rules rules{.must_be_utf8 = cli::promises_utf8(properties)};
        return std::make_unique<mqtt_pub::LineFeed>(context, STDIN_FILENO, rules);
    }
    const mqtt_pub::RepeatFeed::Plan plan{settings.repeat, settings.repeat_delay};
    return std::make_unique<mqtt_pub::RepeatFeed>(
        context, cli::read_payload(settings.payload, properties), plan
    );
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
