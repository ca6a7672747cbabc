#include "common/cli/run_tool.hpp"
#include "tools/mqtt-sub/subscribe_settings.hpp"
#include "tools/mqtt-sub/subscriber.hpp"

#include <boost/asio/io_context.hpp>

namespace {

cli::Outcome subscribe(cli::ToolContext& tool) {
    const auto settings = mqtt_sub::read_settings(tool);
    if (!settings) return {};
    if (settings->check_rules) return {};
    boost::asio::io_context context(1);
    return mqtt_sub::Subscriber(context, *settings, tool.console).run();
}

} // namespace

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-sub", argc, argv, subscribe);
}
