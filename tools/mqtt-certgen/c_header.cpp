#include "tools/mqtt-certgen/c_header.hpp"

#include <cctype>

namespace mqtt_certgen {

namespace {

std::string guard_of(std::string_view name) {
    std::string guard = "MQTT_";
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        guard +=
            byte < 0x80 && std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
    }
    return guard + "_H";
}

/// PEM has letters, digits, +, /, = and - only, and nothing that C would take for more.
std::string literal_of(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines += "\n    \"" + std::string(text.substr(0, end)) + "\\n\"";
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

} // namespace

std::string to_c_header(std::string_view name, const std::vector<PemConstant>& constants) {
    const std::string guard = guard_of(name);
    std::string text = "/* TLS for the MQTT client " + std::string(name) +
                       ". Whoever has the key can take its place. */\n#ifndef " + guard +
                       "\n#define " + guard + '\n';
    for (const PemConstant& each : constants) {
        text += "\nstatic const char " + std::string(each.name) + "[] =" + literal_of(each.text) +
                ";\n";
    }
    return text + "\n#endif\n";
}

} // namespace mqtt_certgen
