#include "tests/vectors/vector_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vectors {

namespace {

const std::filesystem::path& directory() {
    static const std::filesystem::path path =
        std::filesystem::path(MIDGE_SOURCE_DIR) / "tests" / "vectors";
    return path;
}

constexpr std::string_view not_canonical_mark = " (not canonical)";

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> columns_of(const std::string& line) {
    std::vector<std::string> columns;
    std::istringstream stream(line);
    for (std::string column; std::getline(stream, column, '|');)
        columns.push_back(trimmed(column));
    return columns;
}

void append_group(base::ByteBuffer& bytes, const std::string& group) {
    const std::size_t star = group.find('*');
    const std::string digits = group.substr(0, star);
    if (digits.empty() || digits.size() % 2 != 0)
        throw std::runtime_error("odd number of hexadecimal digits in \"" + group + '"');
    const std::size_t times = star == std::string::npos ? 1 : std::stoul(group.substr(star + 1));
    for (std::size_t n = 0; n < times; ++n) {
        for (std::size_t i = 0; i < digits.size(); i += 2) {
            std::size_t used = 0;
            const unsigned long value = std::stoul(digits.substr(i, 2), &used, 16);
            if (used != 2) throw std::runtime_error("not hexadecimal: \"" + group + '"');
            bytes.push_back(static_cast<std::uint8_t>(value));
        }
    }
}

mqtt::ProtocolVersion parse_version(const std::string& text) {
    for (const auto version :
         {mqtt::ProtocolVersion::v31, mqtt::ProtocolVersion::v311, mqtt::ProtocolVersion::v5}) {
        if (text == mqtt::name_of(version)) return version;
    }
    throw std::runtime_error("version must be 3.1, 3.1.1 or 5.0 (got \"" + text + "\")");
}

mqtt::Sender parse_sender(const std::string& text) {
    if (text == "client") return mqtt::Sender::client;
    if (text == "server") return mqtt::Sender::server;
    throw std::runtime_error("sender must be client or server (got \"" + text + "\")");
}

/// Without the ids of the statements that a vector shows besides its clause: they follow the
/// offset, or the '-' of a valid packet.
std::string error_part(const std::string& column) {
    if (column.starts_with('-')) return "";
    return trimmed(column.substr(0, column.find(" [")));
}

PacketVector parse_line(const std::string& line) {
    const std::vector<std::string> columns = columns_of(line);
    if (columns.size() != 6) throw std::runtime_error("a vector has 6 columns");
    PacketVector vector;
    vector.name = columns[0];
    vector.version = parse_version(columns[1]);
    vector.sender = parse_sender(columns[2]);
    vector.bytes = parse_bytes(columns[3]);
    if (columns[4] != "-") vector.meaning = columns[4];
    vector.error = error_part(columns[5]);
    if (vector.meaning.empty() == vector.error.empty())
        throw std::runtime_error("a vector has either a meaning or an error");
    vector.canonical = !vector.meaning.ends_with(not_canonical_mark);
    if (!vector.canonical) vector.meaning.resize(vector.meaning.size() - not_canonical_mark.size());
    return vector;
}

} // namespace

base::ByteBuffer parse_bytes(const std::string& text) {
    base::ByteBuffer bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ') {
            ++at;
            continue;
        }
        const bool is_text = text[at] == '"';
        const std::size_t end = text.find(is_text ? '"' : ' ', at + 1);
        if (is_text && end == std::string::npos) throw std::runtime_error("a quote is not closed");
        if (is_text) {
            base::append(bytes, base::as_bytes(text.substr(at + 1, end - at - 1)));
            at = end + 1;
        } else {
            append_group(bytes, text.substr(at, end - at));
            at = std::min(end, text.size());
        }
    }
    return bytes;
}

std::vector<PacketVector> load(const std::filesystem::path& file) {
    std::ifstream stream(directory() / file);
    if (!stream) throw std::runtime_error("cannot read " + (directory() / file).string());
    std::vector<PacketVector> all;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (line.empty() || line.front() == '#') continue;
        const std::string where = file.string() + ':' + std::to_string(number);
        try {
            all.push_back(parse_line(line));
        } catch (const std::exception& problem) {
            throw std::runtime_error(where + ": " + problem.what());
        }
        all.back().where = where;
    }
    return all;
}

std::vector<std::string> file_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory())) {
        if (entry.path().extension() == ".txt") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace vectors
