#include "common/cli/options/url_parts.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <algorithm>
#include <cctype>

namespace cli {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = std::tolower(static_cast<unsigned char>(c));
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Returns what follows the host.
std::string_view take_host(const UrlOption& option, std::string_view text, UrlAuthority& out) {
    std::size_t end = text.find(':');
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos)
            refuse_url(option, "the ] of the address is missing");
        out.host = text.substr(1, bracket - 1);
        end = bracket + 1;
        if (end < text.size() && text[end] != ':') {
            refuse_url(
                option,
                "after the address comes a port or a path (got " + base::in_quotes(text) + ")"
            );
        }
    } else {
        out.host = text.substr(0, end);
        if (end != std::string_view::npos && text.find(':', end + 1) != std::string_view::npos) {
            refuse_url(
                option, "an IPv6 address needs brackets (got " + base::in_quotes(text) + ")"
            );
        }
    }
    if (out.host.empty()) refuse_url(option, "the host is missing");
    return text.substr(std::min(end, text.size()));
}

} // namespace

void refuse_url(const UrlOption& option, const std::string& why) {
    throw UsageError(
        std::string(option.name) + ": " + why, "the form is " + std::string(option.form)
    );
}

std::string take_scheme(const UrlOption& option, std::string_view& url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) {
        const std::string_view usual = option.form.substr(0, option.form.find("://") + 3);
        refuse_url(option, "the scheme " + std::string(usual) + " is missing");
    }
    std::string scheme(url.substr(0, colon));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    url.remove_prefix(colon + 3);
    return scheme;
}

std::string percent_decoded(const UrlOption& option, std::string_view part, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            throw UsageError(
                std::string(option.name) + ": a % in the " + std::string(part) +
                    " must be followed by two hexadecimal digits",
                "write %25 for a % of its own"
            );
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

UrlAuthority parse_authority(const UrlOption& option, std::string_view text) {
    UrlAuthority out;
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view user = text.substr(0, at);
        const std::size_t colon = user.find(':');
        out.user_name = percent_decoded(option, "user name", user.substr(0, colon));
        if (colon != std::string_view::npos)
            out.password = percent_decoded(option, "password", user.substr(colon + 1));
        text.remove_prefix(at + 1);
    }
    const std::string_view port = take_host(option, text, out);
    if (port.empty()) return out;
    const std::string port_name = std::string(option.name) + ": the port";
    const auto number = whole_number(port_name, port.substr(1), {1, UINT16_MAX});
    out.port = static_cast<std::uint16_t>(number);
    return out;
}

} // namespace cli
