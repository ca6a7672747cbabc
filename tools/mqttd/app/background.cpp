#include "tools/mqttd/app/background.hpp"

#include "tools/mqttd/app/start_error.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace mqttd {

namespace {

constexpr char ready_byte = '+';

[[noreturn]] void fail(const char* what, int error) {
    const std::string message = std::generic_category().message(error);
    throw StartError(
        {{}, 0, "cannot go to the background: " + std::string(what) + ": " + message, {}}
    );
}

/// The end of the pipe without a byte means that the child ended first.
int wait_for(pid_t child, int from_child) {
    char byte = 0;
    ssize_t got = 0;
    do {
        got = ::read(from_child, &byte, 1);
    } while (got < 0 && errno == EINTR);
    if (got == 1) return 0;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1;
}

} // namespace

Background::Background(net::FileDescriptor to_parent) : to_parent_(std::move(to_parent)) {}

Background::Fork Background::fork() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe", errno);
    net::FileDescriptor from_child(ends[0]);
    net::FileDescriptor to_parent(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) fail("fork", errno);
    if (child == 0) {
        ::setsid();
        return {Background(std::move(to_parent)), 0};
    }
    to_parent.reset();
    return {std::nullopt, wait_for(child, from_child.get())};
}

void Background::ready() {
    const net::FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC)); // NOLINT(*-vararg)
    if (nothing) {
        for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(nothing.get(), standard);
    }
    static_cast<void>(!::write(to_parent_.get(), &ready_byte, 1));
    to_parent_.reset();
}

} // namespace mqttd
