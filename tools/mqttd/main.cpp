#include "tools/mqttd/app/run_daemon.hpp"
#include "tools/mqttd/parse_command_line.hpp"
#include "tools/mqttd/store_command.hpp"

#include <algorithm>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    if (!arguments.empty() && arguments.front() == "store") {
        return static_cast<int>(mqttd::run_store_command({arguments.begin() + 1, arguments.end()}));
    }
    const mqttd::ParsedCommandLine parsed = mqttd::parse_command_line(arguments);
    const mqttd::ExitStatus status = parsed.end ? *parsed.end : mqttd::run_daemon(parsed.command);
    return static_cast<int>(status);
}
