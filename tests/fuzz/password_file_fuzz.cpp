// A password file. Whatever it holds: what is not changed stays as it was, messages can be printed
// and have a place in the file, a hash that is read is written the same, and a user that is set is
// found again.
#include "common/base/assert.hpp"
#include "common/crypto/password_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using crypto::PasswordFile;

bool can_be_printed(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

void check_lines(const PasswordFile& file) {
    for (const PasswordFile::Line& line : file.lines()) {
        const auto hash = crypto::parse_hash(line.secret);
        if (!hash) continue;
        MIDGE_ASSERT(crypto::looks_hashed(line.secret), "a hash does not look like one");
        MIDGE_ASSERT(to_text(*hash) == line.secret, "a hash was written differently");
    }
    for (const crypto::LineProblem& problem : file.problems()) {
        MIDGE_ASSERT(problem.line >= 1 && problem.line <= file.lines().size(), "no such line");
        MIDGE_ASSERT(can_be_printed(problem.message), "a message with control characters");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    PasswordFile file(text);
    const std::string complete = text.empty() || text.ends_with('\n') ? text : text + '\n';
    MIDGE_ASSERT(file.text() == complete, "reading and writing changed the file");
    check_lines(file);
    const std::size_t lines = file.lines().size();
    const bool known = file.find("alice") != nullptr;
    file.set("alice", "secret");
    MIDGE_ASSERT(file.lines().size() == lines + (known ? 0 : 1), "setting a user lost a line");
    const PasswordFile again(file.text());
    MIDGE_ASSERT(again.find("alice") != nullptr, "a user was not found again");
    MIDGE_ASSERT(again.find("alice")->secret == "secret", "a user has another secret");
    file.remove("alice");
    MIDGE_ASSERT(file.find("alice") == nullptr, "a removed user is still there");
    return 0;
}
