#include "tools/mqttd/sys/memory.hpp"

#include "common/net/file_descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace mqttd {

namespace {

/// The next number of a line of numbers; 0 at its end.
std::uint64_t take_number(std::string_view& line) {
    while (!line.empty() && line.front() == ' ')
        line.remove_prefix(1);
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), number);
    line.remove_prefix(static_cast<std::size_t>(parsed.ptr - line.data()));
    return number;
}

} // namespace

std::uint64_t private_bytes() {
    const net::FileDescriptor file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    std::array<char, 128> text{};
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size()) : -1;
    if (size <= 0) return 0;
    std::string_view line(text.data(), static_cast<std::size_t>(size));
    take_number(line); // the address space
    const std::uint64_t resident = take_number(line);
    const std::uint64_t shared = take_number(line);
    if (resident < shared) return 0;
    return (resident - shared) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace mqttd
