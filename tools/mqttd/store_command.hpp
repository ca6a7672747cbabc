// "mqttd store …": what an administrator does with the file of a store while no broker has it
// open. Beside main.cpp because only the program, not its library, knows the command line.
#pragma once

#include "tools/mqttd/app/command_line.hpp"

#include <string>
#include <vector>

namespace mqttd {

/// arguments: what follows the word "store".
[[nodiscard]] ExitStatus run_store_command(const std::vector<std::string>& arguments);

} // namespace mqttd
