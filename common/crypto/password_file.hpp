// A password file as text: "user:hash" a line, comments, empty lines. Keeps the order and
// everything it does not change, so that a file that people edit stays theirs. Knows nothing of the
// file system (secret_file.hpp) and verifies nothing. Value of one owner; any thread.
#pragma once

#include "common/base/result.hpp"
#include "common/crypto/password_hash.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crypto {

struct LineProblem {
    std::size_t line = 0; ///< from 1
    std::string message;
    std::string hint;
};

/// What is wrong with a user name, "" when nothing is: empty, longer than 65535 bytes, a ':', a
/// control character, not UTF-8, or something that a file would lose (a '#' at its beginning,
/// blanks around it).
[[nodiscard]] std::string problem_of_user_name(std::string_view name);

class PasswordFile {
public:
    /// One line. user is empty for a comment, an empty line and one without ':'.
    struct Line {
        std::string text;
        std::string user;
        std::string secret; ///< behind the first ':'
    };

    PasswordFile() = default;
    /// Takes any text.
    explicit PasswordFile(std::string_view text);
    PasswordFile(const PasswordFile&) = default;
    PasswordFile& operator=(const PasswordFile&) = default;
    PasswordFile(PasswordFile&&) = default;
    PasswordFile& operator=(PasswordFile&&) = default;
    /// Wipes the lines: before --update they hold passwords.
    ~PasswordFile();

    [[nodiscard]] std::span<const Line> lines() const { return lines_; }

    /// The first line of a user; nullptr when there is none. Valid until the next change.
    [[nodiscard]] const Line* find(std::string_view user) const;

    /// Replaces the user's line where it is, or adds one at the end.
    void set(std::string_view user, std::string_view secret);
    /// False: no such user.
    bool remove(std::string_view user);

    [[nodiscard]] std::string text() const;

    /// Duplicate users, names that cannot be, and secrets that are no hashes.
    [[nodiscard]] std::vector<LineProblem> problems() const;

private:
    std::vector<Line> lines_;
};

} // namespace crypto
