// What the command line of mqttd says, as values. Filled in by the parser beside main.cpp; read at
// start and at every reload, because it goes before the file. Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mqttd {

struct CommandLine {
    std::string config_file; ///< empty: none
    std::vector<std::uint16_t> ports;
    bool daemon = false;
    bool quiet = false;
    bool verbose = false;
    bool test_config = false;
};

/// What mqttd ends with; 3 for a configuration is mosquitto's.
enum class ExitStatus : std::uint8_t { ok = 0, failed = 1, usage = 2, bad_configuration = 3 };

} // namespace mqttd
