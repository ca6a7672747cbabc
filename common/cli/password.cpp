#include "common/cli/password.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace cli {

namespace {

constexpr std::size_t longest_password = 65535;
constexpr char interrupt_key = '\x03';

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (number_ > STDERR_FILENO) ::close(number_);
    }

    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

// Signals wait while the echo is off: an interrupted prompt must not leave the terminal silent.
class SilentTerminal {
public:
    explicit SilentTerminal(int descriptor) : descriptor_(descriptor) {
        sigset_t wait;
        ::sigemptyset(&wait);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP})
            ::sigaddset(&wait, signal);
        ::sigprocmask(SIG_BLOCK, &wait, &signals_);
        ::tcgetattr(descriptor_, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        silent.c_cc[VEOL] = interrupt_key; // ends the line, so that it is seen at once
        ::tcsetattr(descriptor_, TCSAFLUSH, &silent);
    }

    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    ~SilentTerminal() {
        ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        ::sigprocmask(SIG_SETMASK, &signals_, nullptr);
    }

private:
    int descriptor_;
    termios before_{};
    sigset_t signals_{};
};

std::string read_line(int descriptor, const std::string& where) {
    std::string line;
    char c = '\0';
    while (true) {
        const ssize_t size = ::read(descriptor, &c, 1);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            throw ToolError(
                ExitCode::local_error,
                "cannot read the password from " + where + ": " + std::strerror(errno)
            );
        }
        if (size == 0 || c == '\n') break;
        if (c == interrupt_key) throw ToolError(Outcome{.signal = SIGINT}, "interrupted");
        line += c;
        if (line.size() > longest_password) {
            throw ToolError(
                ExitCode::local_error, "the password from " + where + " is longer than 65535 bytes"
            );
        }
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty())
        throw ToolError(ExitCode::local_error, "the password from " + where + " is empty");
    return line;
}

void write_text(int descriptor, const std::string& text) {
    // A terminal that cannot show the prompt can still give the answer.
    [[maybe_unused]] const ssize_t written = ::write(descriptor, text.data(), text.size());
}

} // namespace

std::string ask_password(const std::string& prompt, const std::string& hint) {
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (terminal.number() < 0) {
        throw ToolError(
            ExitCode::local_error, "there is no terminal to ask for the password", hint
        );
    }
    const SilentTerminal silent(terminal.number());
    write_text(terminal.number(), prompt);
    std::string line = read_line(terminal.number(), "the terminal");
    write_text(terminal.number(), "\n");
    return line;
}

std::string read_password(const std::string& path) {
    if (path == "-") return read_line(STDIN_FILENO, "standard input");
    const std::string where = '"' + base::escaped(path) + '"';
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        throw ToolError(
            ExitCode::local_error,
            "cannot open the password file " + where + ": " + std::strerror(errno)
        );
    }
    return read_line(file.number(), where);
}

} // namespace cli
