#include "tools/mqttd/sys/host_name.hpp"

#include <unistd.h>

#include <array>

namespace mqttd {

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name.front() == 0) return "midge";
    std::string level = name.data();
    for (char& c : level) {
        const bool is_plain = c > ' ' && c < '\x7f' && c != '/' && c != '+' && c != '#';
        if (!is_plain) c = '-';
    }
    return level;
}

} // namespace mqttd
