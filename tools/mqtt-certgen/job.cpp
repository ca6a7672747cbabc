#include "tools/mqtt-certgen/job.hpp"

#include "common/base/escape.hpp"
#include "common/cli/options/option_value.hpp"
#include "tools/mqtt-certgen/failure.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace mqtt_certgen {

namespace {

/// The last second of the year 9999, which is the last one of a certificate.
constexpr std::uint64_t last_second = 253'402'300'799;

bool is_safe(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 &&
           (std::isalnum(byte) != 0 || std::string_view("._@+-").find(c) != std::string_view::npos);
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

} // namespace

std::string Job::path(std::string_view name) const {
    std::string path = settings.folder;
    if (!path.ends_with('/')) path += '/';
    return path.append(name);
}

crypto::CertificateTime time_of(const cli::ToolContext& tool) {
    const auto fixed = tool.environment("SOURCE_DATE_EPOCH");
    if (!fixed) return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::uint64_t seconds = cli::whole_number("SOURCE_DATE_EPOCH", *fixed, {0, last_second});
    return crypto::CertificateTime(std::chrono::seconds(seconds));
}

std::string file_stem(std::string_view name) {
    std::string stem;
    for (const char c : name) {
        if (is_safe(c)) {
            stem += c;
        } else if (!continues_character(c)) {
            stem += '_';
        }
    }
    if (stem.empty() || stem.front() == '.' || stem.front() == '-') stem.insert(0, 1, '_');
    if (stem == "ca") {
        fail(
            "the name " + base::in_quotes(name) +
            " belongs to the authority, whose files are ca.crt and ca.key"
        );
    }
    return stem;
}

void make_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error && !std::filesystem::is_directory(folder, error))
        error = std::make_error_code(std::errc::not_a_directory);
    if (error) fail("cannot make the folder " + base::in_quotes(folder) + ": " + error.message());
}

} // namespace mqtt_certgen
