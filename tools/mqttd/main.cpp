#include "tools/mqttd/app/run_daemon.hpp"
#include "tools/mqttd/parse_command_line.hpp"

int main(int argc, char** argv) {
    const mqttd::ParsedCommandLine parsed = mqttd::parse_command_line(argc, argv);
    const mqttd::ExitStatus status = parsed.end ? *parsed.end : mqttd::run_daemon(parsed.command);
    return static_cast<int>(status);
}
