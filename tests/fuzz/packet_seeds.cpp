// Writes the packet vectors as seeds: packet_seeds FOLDER fills FOLDER/packet and
// FOLDER/properties, one file a vector, in the form their fuzz targets read.
#include "tests/support/wire.hpp"
#include "tests/vectors/vector_file.hpp"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <variant>

namespace {

using namespace mqtt;

void write(const std::filesystem::path& file, std::uint8_t selector, base::Bytes bytes) {
    std::ofstream stream(file, std::ios::binary);
    stream.put(static_cast<char>(selector));
    stream << base::as_text(bytes);
    if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

std::uint8_t packet_selector(const vectors::PacketVector& vector) {
    const unsigned version = static_cast<unsigned>(vector.version) - 3U;
    return static_cast<std::uint8_t>(version | (vector.sender == Sender::server ? 4U : 0U));
}

/// The number of a scope among those of properties_fuzz.cpp: in order, and without a gap.
std::uint8_t scope_selector(unsigned packet_type) {
    return static_cast<std::uint8_t>(packet_type > 11 ? packet_type - 3 : packet_type - 1);
}

base::Bytes section_of(const Packet& packet) {
    return std::visit(
        []<typename Value>(const Value& value) -> base::Bytes {
            if constexpr (requires { value.properties; }) return value.properties.wire();
            return {};
        },
        packet
    );
}

void write_seeds(const std::filesystem::path& folder) {
    const auto packets = folder / "packet";
    const auto properties = folder / "properties";
    std::filesystem::create_directories(packets);
    std::filesystem::create_directories(properties);
    for (const std::string& file : vectors::file_names()) {
        for (const vectors::PacketVector& vector : vectors::load(file)) {
            write(packets / vector.name, packet_selector(vector), vector.bytes);
            if (!vector.is_valid()) continue;
            const auto packet = support::decode_bytes(vector.bytes, vector.version, vector.sender);
            const base::Bytes section = packet.has_value() ? section_of(*packet) : base::Bytes{};
            if (section.empty()) continue;
            write(properties / vector.name, scope_selector(vector.bytes[0] >> 4U), section);
        }
    }
}

} // namespace

int main(int argument_count, char** arguments) {
    try {
        if (argument_count != 2) throw std::runtime_error("usage: packet_seeds FOLDER");
        write_seeds(arguments[1]);
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "packet_seeds: error: " << problem.what() << '\n';
        return 1;
    }
}
