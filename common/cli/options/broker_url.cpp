#include "common/cli/options/broker_url.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace cli {

namespace {

constexpr std::string_view url_form = "mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC]";

struct Scheme {
    std::string_view name;
    std::string_view needs;
};

constexpr std::array schemes{
    Scheme{"mqtt", ""},
    Scheme{"mqtts", "TLS"},
    Scheme{"ws", "WebSocket"},
    Scheme{"wss", "WebSocket and TLS"},
};

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
    throw UsageError(std::string(name) + ": " + why, "the form is " + std::string(url_form));
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = std::tolower(static_cast<unsigned char>(c));
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string decoded(std::string_view name, std::string_view part, std::string_view text) {
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
                std::string(name) + ": a % in the " + std::string(part) +
                    " must be followed by two hexadecimal digits",
                "write %25 for a % of its own"
            );
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

void check_scheme(std::string_view name, std::string_view scheme) {
    std::string lower(scheme);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    const auto* known = std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& each) {
        return each.name == lower;
    });
    if (known == schemes.end())
        refuse(name, "the scheme must be mqtt (got " + base::in_quotes(scheme) + ")");
    if (!known->needs.empty()) {
        throw UsageError(
            std::string(name) + ": " + lower + ":// needs " + std::string(known->needs) +
            ", which is not built yet"
        );
    }
}

void read_credentials(std::string_view name, std::string_view text, BrokerUrl& out) {
    const std::size_t colon = text.find(':');
    out.user_name = mqtt_string(name, decoded(name, "user name", text.substr(0, colon)));
    if (colon != std::string_view::npos)
        out.password = decoded(name, "password", text.substr(colon + 1));
}

void read_host(std::string_view name, std::string_view text, BrokerUrl& out) {
    std::size_t end = text.find(':');
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) refuse(name, "the ] of the address is missing");
        out.host = text.substr(1, bracket - 1);
        end = bracket + 1;
        if (end < text.size() && text[end] != ':')
            refuse(
                name,
                "after the address comes a port or a topic (got " + base::in_quotes(text) + ")"
            );
    } else {
        out.host = text.substr(0, end);
        if (end != std::string_view::npos && text.find(':', end + 1) != std::string_view::npos)
            refuse(name, "an IPv6 address needs brackets (got " + base::in_quotes(text) + ")");
    }
    if (out.host.empty()) refuse(name, "the host is missing");
    if (end >= text.size()) return;
    const std::string port_name = std::string(name) + ": the port";
    const auto port = whole_number(port_name, text.substr(end + 1), {1, UINT16_MAX});
    out.port = static_cast<std::uint16_t>(port);
}

} // namespace

BrokerUrl parse_broker_url(std::string_view name, std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) refuse(name, "the scheme mqtt:// is missing");
    check_scheme(name, url.substr(0, colon));
    const std::string_view rest = url.substr(colon + 3);
    const std::size_t slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    BrokerUrl out;
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        read_credentials(name, authority.substr(0, at), out);
        authority.remove_prefix(at + 1);
    }
    read_host(name, authority, out);
    if (slash != std::string_view::npos && slash + 1 < rest.size())
        out.topic = decoded(name, "topic", rest.substr(slash + 1));
    return out;
}

} // namespace cli
