// A text that nobody should find in memory later: wiped when it goes, and never copied by accident.
// Plain value of one owner; any thread. It does not lock pages: what is swapped or dumped while the
// secret is in use is up to the machine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crypto {

/// Overwrites the characters, also those beyond its size, and empties the text.
void wipe(std::string& text);

class SecretString {
public:
    SecretString() = default;
    /// Takes the characters; what the argument held is wiped.
    explicit SecretString(std::string&& text);
    explicit SecretString(std::string_view text);
    SecretString(SecretString&& other) noexcept;
    SecretString& operator=(SecretString&& other) noexcept;
    SecretString(const SecretString&) = delete;
    SecretString& operator=(const SecretString&) = delete;
    ~SecretString();

    /// Lives as long as the secret.
    [[nodiscard]] std::string_view view() const { return text_; }

    [[nodiscard]] bool empty() const { return text_.empty(); }

    [[nodiscard]] std::size_t size() const { return text_.size(); }

private:
    std::string text_;
};

} // namespace crypto
