// What the URLs of options have in common: percent-encoded text, and [user[:password]@]host[:port].
// Pure. Each throws UsageError that begins with name, never showing the password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

/// Which option a URL is of, and how it should look.
struct UrlOption {
    std::string_view name; ///< "--url"
    std::string_view form; ///< for the hint
};

/// Throws UsageError with the form as its hint.
[[noreturn]] void refuse_url(const UrlOption& option, const std::string& why);

/// "MQTTS" of "MQTTS://host" in lower case; the rest of url is what follows the slashes.
[[nodiscard]] std::string take_scheme(const UrlOption& option, std::string_view& url);

/// part: what the text is, for messages.
[[nodiscard]] std::string
percent_decoded(const UrlOption& option, std::string_view part, std::string_view text);

struct UrlAuthority {
    std::optional<std::string> user_name; ///< decoded
    std::optional<std::string> password;  ///< decoded
    std::string host;                     ///< without the brackets of an IPv6 address
    std::optional<std::uint16_t> port;
};

/// An '@' in the password may stand for itself.
[[nodiscard]] UrlAuthority parse_authority(const UrlOption& option, std::string_view text);

} // namespace cli
