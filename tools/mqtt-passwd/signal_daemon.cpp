#include "tools/mqtt-passwd/signal_daemon.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/read_whole.hpp"

#include <sys/types.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <system_error>

namespace mqtt_passwd {

namespace {

constexpr std::size_t largest_pid_file = 32;
constexpr std::size_t largest_name = 64;

[[noreturn]] void fail(const std::string& what) {
    throw cli::ToolError(
        cli::ExitCode::local_error,
        what,
        "the password file was changed; only the reload is missing"
    );
}

std::string first_line(std::string text) {
    text.resize(std::min(text.find('\n'), text.size()));
    return text;
}

pid_t process_of(const std::string& pid_file) {
    std::string text;
    try {
        text = first_line(cli::read_file(pid_file, largest_pid_file, "the pid file"));
    } catch (const cli::ToolError& error) {
        fail(error.what());
    }
    pid_t process = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, process);
    if (error != std::errc() || stopped != end || process <= 1) {
        fail(
            "the pid file " + base::in_quotes(pid_file) + " holds no process id (got " +
            base::in_quotes(text) + ")"
        );
    }
    return process;
}

} // namespace

void signal_daemon(const std::string& pid_file) {
    const pid_t process = process_of(pid_file);
    const std::string number = std::to_string(process);
    std::string name;
    try {
        name = first_line(cli::read_file("/proc/" + number + "/comm", largest_name, "its name"));
    } catch (const cli::ToolError&) {
        fail("there is no process " + number + ", which " + base::in_quotes(pid_file) + " names");
    }
    if (name != "mqttd" && name != "mosquitto") {
        fail(
            "process " + number + " is no mqttd (got " + base::in_quotes(name) +
            "); it was not signalled"
        );
    }
    if (::kill(process, SIGHUP) != 0)
        fail("cannot signal process " + number + ": " + std::generic_category().message(errno));
}

} // namespace mqtt_passwd
