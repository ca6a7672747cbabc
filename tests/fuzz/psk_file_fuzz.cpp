// A file of shared keys. Whatever it holds: an error names its line and can be printed, and keys
// are within what OpenSSL takes, each with an identity.
#include "common/base/assert.hpp"
#include "common/crypto/tls/psk_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

bool can_be_printed(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto keys = crypto::parse_psk_file(text);
    if (!keys) {
        const bool has_line = keys.error().starts_with("line ") || keys.error() == "no keys in it";
        MIDGE_ASSERT(has_line, "an error without a line");
        MIDGE_ASSERT(can_be_printed(keys.error()), "a message with control characters");
        return 0;
    }
    for (const auto& [identity, key] : *keys) {
        MIDGE_ASSERT(!identity.empty(), "a key of nobody");
        MIDGE_ASSERT(!key.empty() && key.size() <= crypto::longest_psk, "a key of a wrong size");
        MIDGE_ASSERT(text.find(identity) != std::string_view::npos, "an identity from nowhere");
    }
    return 0;
}
