#include "common/net/websocket_request.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/websocket_accept.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace net {

namespace {

namespace http = boost::beast::http;

using Trouble = base::TransportTrouble;
using Parser = http::response_parser<http::empty_body>;
using Response = Parser::value_type;

constexpr unsigned switching_protocols = 101;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

bool equals(std::string_view a, std::string_view b) {
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

bool has_header(const WebSocketTarget& target, std::string_view name) {
    return std::any_of(target.headers.begin(), target.headers.end(), [&](const auto& header) {
        return equals(header.first, name);
    });
}

Trouble trouble_of(unsigned status) {
    if (status == 401 || status == 407) return Trouble::http_login;
    if (status == 403) return Trouble::http_forbidden;
    if (status == 404) return Trouble::http_not_found;
    if (status >= 300 && status < 400) return Trouble::http_moved;
    return Trouble::http_refused;
}

UpgradeVerdict refusal(const Response& response) {
    const std::string reason = base::escaped(view(response.reason()), 80);
    std::string text = "the server answers " + std::to_string(response.result_int()) +
                       (reason.empty() ? "" : " " + reason) + " instead of opening a WebSocket";
    const auto location = response.find(http::field::location);
    if (location != response.end())
        text += " and points to " + base::escaped(view(location->value()));
    return {std::move(text), trouble_of(response.result_int())};
}

bool has_token(const Response& response, http::field name, std::string_view token) {
    const auto value = response[name];
    const http::token_list tokens(value);
    return std::any_of(tokens.begin(), tokens.end(), [&](const auto& each) {
        return equals(view(each), token);
    });
}

} // namespace

std::string
upgrade_request(const WebSocketTarget& target, std::string_view host, std::string_view key) {
    std::string text = "GET " + target.path + " HTTP/1.1\r\n";
    const auto add = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    if (!has_header(target, "host")) add("Host", host);
    add("Upgrade", "websocket");
    add("Connection", "Upgrade");
    add("Sec-WebSocket-Key", key);
    add("Sec-WebSocket-Version", "13");
    if (!has_header(target, "sec-websocket-protocol"))
        add("Sec-WebSocket-Protocol", "mqtt"); // [MQTT-6.0.0-3]
    for (const auto& [name, value] : target.headers)
        add(name, value);
    return text + "\r\n";
}

UpgradeVerdict check_upgrade_answer(base::Bytes head, std::string_view key) {
    Parser parser;
    parser.header_limit(std::numeric_limits<std::uint32_t>::max());
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (!parser.is_header_done()) {
        return {
            "the answer of the server is no valid HTTP" + (error ? ": " + error.message() : ""),
            Trouble::no_http};
    }
    const Response& response = parser.get();
    if (response.result_int() != switching_protocols) return refusal(response);
    const bool upgrades = has_token(response, http::field::connection, "upgrade") &&
                          has_token(response, http::field::upgrade, "websocket");
    if (!upgrades ||
        view(response[http::field::sec_websocket_accept]) != crypto::websocket_accept(key)) {
        return {"the server's answer to the WebSocket upgrade is wrong", Trouble::no_http};
    }
    if (response.count(http::field::sec_websocket_extensions) != 0) {
        return {
            "the server uses a WebSocket extension that was not offered", Trouble::http_refused};
    }
    const auto protocol = response.find(http::field::sec_websocket_protocol);
    // Servers that leave the answer out are believed. ~[MQTT-6.0.0-4]
    if (protocol == response.end() || view(protocol->value()).starts_with("mqtt")) return {};
    return {
        "the WebSocket is not for MQTT (the server chose the sub-protocol " +
            base::in_quotes(view(protocol->value())) + ")",
        Trouble::no_mqtt_inside};
}

} // namespace net
