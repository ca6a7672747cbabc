#include "common/cli/payload.hpp"
#include "common/cli/read_whole.hpp"
#include "common/cli/run_tool.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "tools/mqtt-rr/request_settings.hpp"
#include "tools/mqtt-rr/requester.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

/// Each line of standard input.
std::vector<std::string> lines(const mqtt::PropertyList& properties) {
    const std::string text = cli::read_stdin(mqtt::max_remaining_length, "the requests");
    std::vector<std::string> found;
    std::string_view left = text;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        cli::check_promise(left.substr(0, end), properties);
        found.emplace_back(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return found;
}

cli::Outcome request(cli::ToolContext& tool) {
    const auto settings = mqtt_rr::read_settings(tool);
    if (!settings) return {};
    const mqtt::PropertyList properties = settings->publish_properties.list();
    std::vector<std::string> payloads;
    if (settings->payload.source == cli::PayloadSource::lines) {
        payloads = lines(properties);
        if (payloads.empty()) return {};
    } else {
        payloads.push_back(cli::read_payload(settings->payload, properties));
    }
    boost::asio::io_context context(1);
    return mqtt_rr::Requester(context, *settings, std::move(payloads), tool.console).run();
}

} // namespace

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-rr", argc, argv, request);
}
