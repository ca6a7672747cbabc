// Reads a whole file, or standard input to its end, into memory, up to a limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// Any kind of file: regular, FIFO, device. Throws ToolError: "cannot read PURPOSE "PATH": …".
[[nodiscard]] std::string
read_file(const std::string& path, std::size_t limit, std::string_view purpose);

/// Throws ToolError: "cannot read PURPOSE from standard input: …".
[[nodiscard]] std::string read_stdin(std::size_t limit, std::string_view purpose);

} // namespace cli
