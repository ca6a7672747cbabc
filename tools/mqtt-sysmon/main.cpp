#include "common/cli/run_tool.hpp"
#include "tools/mqtt-sysmon/monitor.hpp"
#include "tools/mqtt-sysmon/monitor_settings.hpp"

#include <boost/asio/io_context.hpp>

namespace {

cli::Outcome watch(cli::ToolContext& tool) {
    const auto settings = mqtt_sysmon::read_settings(tool);
    if (!settings) return {};
    boost::asio::io_context context(1);
    return mqtt_sysmon::Monitor(context, *settings, tool.console, tool.out).run();
}

} // namespace

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-sysmon", argc, argv, watch);
}
