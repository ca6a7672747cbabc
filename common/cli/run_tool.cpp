#include "common/cli/run_tool.hpp"

#include "common/cli/error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

namespace cli {

namespace {

std::optional<std::string> system_environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

// A standard stream that is closed would become the first file or socket that is opened. Something
// that refuses to be read or written takes its place.
void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
        const int wrong_way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        static_cast<void>(::open("/dev/null", wrong_way));
    }
}

void report(Console& console, std::string_view what, std::string_view hint) {
    if (!console.quiet()) console.error(what, hint);
}

/// As with `| head`: that is an end and no error.
bool reader_is_gone() {
    pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
    return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

Outcome guarded(ToolContext& context, ToolMain main) {
    try {
        const Outcome outcome = main(context);
        context.out.flush();
        if (context.out.good() || reader_is_gone()) return outcome;
        report(context.console, "cannot write to standard output", "");
        return {.code = ExitCode::local_error};
    } catch (const UsageError& error) {
        const std::string fallback = "see " + context.console.tool() + " --help";
        context.console.error(error.what(), error.hint().empty() ? fallback : error.hint());
        return {.code = ExitCode::usage};
    } catch (const ToolError& error) {
        report(context.console, error.what(), error.hint());
        return error.outcome();
    } catch (const std::bad_alloc&) {
        report(context.console, "out of memory", "");
    } catch (const std::exception& error) {
        report(context.console, error.what(), "");
    }
    return {.code = ExitCode::local_error};
}

} // namespace

int run_tool(std::string_view name, int argc, char** argv, ToolMain main) {
    hold_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);
    Console console(std::string(name), std::cerr);
    ToolContext context{
        .console = console,
        .out = std::cout,
        .arguments = std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
        .environment = system_environment,
    };
    // Looked for here as well as among the options, so that wrong options end with the right code.
    const auto& words = context.arguments;
    if (std::find(words.begin(), words.end(), "--mosquitto-exit-codes") != words.end())
        context.exit_codes = ExitCodeScheme::mosquitto;
    const Outcome outcome = guarded(context, main);
    return exit_status(outcome, context.exit_codes);
}

} // namespace cli
