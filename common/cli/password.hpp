// Secrets that do not come from the command line: a prompt on the terminal without echo, a file, or
// a line of standard input.
#pragma once

#include <string>

namespace cli {

/// Asks on /dev/tty. Throws ToolError when there is no terminal, with the hint, or when the answer
/// is empty.
[[nodiscard]] std::string ask_password(
    const std::string& prompt,
    const std::string& hint = "use --password-file FILE, or --password-file - for standard input"
);

/// The first line of a file, without its line end; of standard input when path is "-", read byte by
/// byte so that nothing behind the line is taken. Throws ToolError when it cannot be read or is
/// empty.
[[nodiscard]] std::string read_password(const std::string& path);

} // namespace cli
