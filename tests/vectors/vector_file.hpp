// Reads the packet vectors beside this file: `name | version | sender | bytes | meaning | error`,
// one packet a line. README.md describes the columns. For tests only; throws std::runtime_error
// with file and line.
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace vectors {

struct PacketVector {
    std::string name;
    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5;
    mqtt::Sender sender = mqtt::Sender::client;
    base::ByteBuffer bytes;
    std::string meaning;   ///< what support::packet_text prints; empty when malformed
    bool canonical = true; ///< false: another encoding than the encoder's
    std::string error;     ///< "0x82 MQTT-3.3.4-6 5": reason, clause, offset; empty when valid
    std::string where;     ///< "publish.txt:12"

    [[nodiscard]] bool is_valid() const { return error.empty(); }
};

/// file: a name in tests/vectors.
[[nodiscard]] std::vector<PacketVector> load(const std::filesystem::path& file);

/// The names of all vector files, sorted.
[[nodiscard]] std::vector<std::string> file_names();

/// Hexadecimal bytes in any grouping, "text" as its bytes, and 61*200 for a byte repeated.
[[nodiscard]] base::ByteBuffer parse_bytes(const std::string& text);

} // namespace vectors
