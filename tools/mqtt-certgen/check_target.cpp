#include "tools/mqtt-certgen/check_target.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <algorithm>
#include <string_view>

namespace mqtt_certgen {

namespace {

constexpr std::uint16_t usual_port = 8883;
constexpr std::uint16_t usual_websocket_port = 443;

[[noreturn]] void refuse(const std::string& word, const std::string& hint) {
    throw cli::UsageError("this is no listener with TLS (got " + base::in_quotes(word) + ")", hint);
}

} // namespace

std::string CheckTarget::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

CheckTarget parse_target(const std::string& word) {
    const std::string forms = "HOST:PORT, mqtts://HOST:PORT or wss://HOST:PORT/PATH";
    CheckTarget target;
    std::string_view rest = word;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
        const std::string_view name = rest.substr(0, scheme);
        if (name == "mqtt" || name == "ws")
            refuse(word, std::string(name) + ":// has no TLS, and so no certificate");
        if (name != "mqtts" && name != "wss") refuse(word, forms);
        target.websocket = name == "wss";
        rest.remove_prefix(scheme + 3);
    }
    const std::size_t slash = rest.find('/');
    if (target.websocket) target.path = slash == std::string_view::npos ? "/" : rest.substr(slash);
    if (slash != std::string_view::npos && !target.websocket && slash + 1 != rest.size())
        refuse(word, forms);
    rest = rest.substr(0, slash);
    const bool clean =
        std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    std::size_t colon = rest.rfind(':');
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) refuse(word, forms);
        target.host = rest.substr(1, end - 1);
        colon = end + 1 < rest.size() ? end + 1 : std::string_view::npos;
        if (colon != std::string_view::npos && rest[colon] != ':') refuse(word, forms);
    } else {
        target.host = rest.substr(0, colon);
    }
    if (target.host.empty() || !clean || target.host.find('@') != std::string::npos)
        refuse(word, forms);
    target.port = target.websocket ? usual_websocket_port : usual_port;
    if (colon != std::string_view::npos) {
        const cli::NumberRange range{1, UINT16_MAX};
        target.port =
            static_cast<std::uint16_t>(cli::whole_number("the port", rest.substr(colon + 1), range)
            );
    }
    return target;
}

} // namespace mqtt_certgen
