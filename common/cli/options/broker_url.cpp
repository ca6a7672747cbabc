#include "common/cli/options/broker_url.hpp"

#include "common/base/escape.hpp"
#include "common/cli/options/http_field.hpp"
#include "common/cli/options/option_value.hpp"
#include "common/cli/options/url_parts.hpp"

#include <algorithm>
#include <array>

namespace cli {

namespace {

constexpr std::string_view mqtt_form = "mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC]";
constexpr std::string_view websocket_form = "ws://[USER[:PASSWORD]@]HOST[:PORT][/PATH[?QUERY]]";

struct Scheme {
    std::string_view name;
    bool tls;
    bool websocket;
};

constexpr std::array schemes{
    Scheme{"mqtt", false, false},
    Scheme{"mqtts", true, false},
    Scheme{"ws", false, true},
    Scheme{"wss", true, true},
};

const Scheme& scheme_of(const UrlOption& option, std::string_view text) {
    const auto* known = std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& each) {
        return each.name == text;
    });
    if (known != schemes.end()) return *known;
    refuse_url(
        option, "the scheme must be mqtt, mqtts, ws or wss (got " + base::in_quotes(text) + ")"
    );
}

} // namespace

BrokerUrl parse_broker_url(std::string_view name, std::string_view url) {
    UrlOption option{name, mqtt_form};
    const std::string scheme_text = take_scheme(option, url);
    const Scheme& scheme = scheme_of(option, scheme_text);
    if (scheme.websocket) option.form = websocket_form;
    const std::size_t slash =
        std::min(url.find_first_of(scheme.websocket ? "/?" : "/"), url.size());
    UrlAuthority authority = parse_authority(option, url.substr(0, slash));
    const std::string_view rest = url.substr(slash);
    BrokerUrl out;
    out.tls = scheme.tls;
    out.websocket = scheme.websocket;
    out.host = std::move(authority.host);
    out.port = authority.port;
    if (authority.user_name) out.user_name = mqtt_string(name, *authority.user_name);
    out.password = std::move(authority.password);
    if (scheme.websocket && !rest.empty()) {
        out.path = rest.starts_with('?') ? "/" + std::string(rest) : std::string(rest);
        check_request_path(name, *out.path);
    } else if (rest.size() > 1) {
        out.topic = percent_decoded(option, "topic", rest.substr(1));
    }
    return out;
}

} // namespace cli
