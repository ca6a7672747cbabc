// Tells a running daemon to read its files again. One thread.
#pragma once

#include <string>

namespace mqtt_passwd {

/// Sends SIGHUP to the process that the file names, when it is an mqttd or a mosquitto: the signal
/// ends most other programs. Throws ToolError.
void signal_daemon(const std::string& pid_file);

} // namespace mqtt_passwd
