#include "common/net/websocket_upgrade.hpp"

#include "common/base/escape.hpp"
#include "common/crypto/websocket_accept.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

namespace net {

namespace {

namespace http = boost::beast::http;

using Parser = http::request_parser<http::empty_body>;
using Request = Parser::value_type;

constexpr std::size_t most_fields = 100;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::string_view trimmed(std::string_view text) {
    const auto is_space = [](char c) {
        return c == ' ' || c == '\t';
    };
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

bool equals(std::string_view a, std::string_view b) {
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

/// An HTTP answer that ends the connection.
UpgradeAnswer
refusal(std::string_view status, std::string_view fields, std::string text, std::string log) {
    text += '\n';
    UpgradeAnswer answer;
    answer.response = "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
                      "Content-Type: text/plain\r\nContent-Length: " + std::to_string(text.size()) +
                      "\r\nConnection: close\r\n\r\n" + text;
    answer.error = std::move(log);
    return answer;
}

UpgradeAnswer bad_request(const std::string& why) {
    return refusal("400 Bad Request", "", why, "HTTP request refused (400): " + why);
}

/// Calls take with each element of a comma-separated field, in all fields of that name.
template <typename Take>
void for_each_element(const Request& request, http::field name, Take take) {
    const auto [first, last] = request.equal_range(name);
    for (auto field = first; field != last; ++field) {
        std::string_view rest = view(field->value());
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            const std::string_view element = trimmed(rest.substr(0, comma));
            if (!element.empty()) take(element);
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
}

bool has_token(const Request& request, http::field name, std::string_view token) {
    bool found = false;
    for_each_element(request, name, [&](std::string_view element) {
        found = found || equals(element, token);
    });
    return found;
}

/// The sub-protocol to agree on, as the client wrote it. [MQTT-6.0.0-4]
struct SubProtocol {
    bool offered = false;
    std::string_view chosen;
};

SubProtocol choose_sub_protocol(const Request& request) {
    SubProtocol choice;
    for_each_element(request, http::field::sec_websocket_protocol, [&](std::string_view offer) {
        choice.offered = true;
        const bool known = equals(offer, "mqtt") || equals(offer, "mqttv3.1");
        if (known && choice.chosen.empty()) choice.chosen = offer;
    });
    return choice;
}

/// The addresses of `Forwarded: for=…`. [RFC 7239]
void add_forwarded(const Request& request, std::vector<std::string>& list) {
    for_each_element(request, http::field::forwarded, [&](std::string_view element) {
        while (!element.empty()) {
            const std::size_t end = std::min(element.find(';'), element.size());
            std::string_view pair = trimmed(element.substr(0, end));
            element.remove_prefix(std::min(end + 1, element.size()));
            if (pair.size() < 4 || !equals(pair.substr(0, 4), "for=")) continue;
            pair = trimmed(pair.substr(4));
            if (pair.size() >= 2 && pair.front() == '"' && pair.back() == '"') {
                pair = pair.substr(1, pair.size() - 2);
            }
            list.emplace_back(pair);
        }
    });
}

std::vector<std::string> forwarded_for(const Request& request) {
    std::vector<std::string> list;
    add_forwarded(request, list);
    if (!list.empty()) return list;
    const auto [first, last] = request.equal_range("X-Forwarded-For");
    for (auto field = first; field != last; ++field) {
        std::string_view rest = view(field->value());
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            list.emplace_back(trimmed(rest.substr(0, comma)));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    if (!list.empty()) return list;
    const auto real = request.find("X-Real-IP");
    if (real != request.end()) list.emplace_back(trimmed(view(real->value())));
    return list;
}

/// The checks that come before the WebSocket ones; an empty response: all well.
UpgradeAnswer check_http(const Request& request) {
    if (request.method() != http::verb::get) {
        const std::string method = base::in_quotes(view(request.method_string()));
        return refusal(
            "405 Method Not Allowed",
            "Allow: GET\r\n",
            "a WebSocket begins with GET",
            "HTTP request refused (405): a WebSocket begins with GET (got " + method + ")"
        );
    }
    if (request.version() < 11) {
        return bad_request("a WebSocket needs HTTP/1.1 (nginx: proxy_http_version 1.1)");
    }
    if (std::distance(request.begin(), request.end()) > static_cast<std::ptrdiff_t>(most_fields)) {
        return refusal(
            "431 Request Header Fields Too Large",
            "",
            "more than 100 header fields",
            "HTTP request refused (431): more than 100 header fields"
        );
    }
    const auto length = request.find(http::field::content_length);
    const bool has_body = (length != request.end() && view(length->value()) != "0") ||
                          request.count(http::field::transfer_encoding) != 0;
    if (has_body) return bad_request("the request has a body");
    return {};
}

/// An empty response: all well.
UpgradeAnswer check_websocket(const Request& request) {
    const bool upgrades = has_token(request, http::field::connection, "upgrade") &&
                          has_token(request, http::field::upgrade, "websocket");
    if (!upgrades) {
        return refusal(
            "426 Upgrade Required",
            "Upgrade: websocket\r\n",
            "this is an MQTT broker: connect with WebSocket",
            "HTTP request refused (426): it asks for no WebSocket (a proxy has to pass on the "
            "fields Upgrade and Connection)"
        );
    }
    if (view(request[http::field::sec_websocket_version]) != "13") {
        return refusal(
            "426 Upgrade Required",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            "the WebSocket version has to be 13",
            "HTTP request refused (426): the WebSocket version has to be 13"
        );
    }
    const bool one_key = request.count(http::field::sec_websocket_key) == 1;
    if (!one_key || !crypto::is_websocket_key(view(request[http::field::sec_websocket_key]))) {
        return bad_request("Sec-WebSocket-Key has to be 16 bytes in base64");
    }
    return {};
}

/// A browser says where its page came from; other programs say nothing and pass.
UpgradeAnswer check_origin(const Request& request, const std::vector<std::string>& origins) {
    const auto origin = request.find(http::field::origin);
    if (origins.empty() || origin == request.end()) return {};
    const std::string_view came_from = view(origin->value());
    const bool allowed = std::any_of(origins.begin(), origins.end(), [&](const std::string& one) {
        return equals(one, came_from);
    });
    if (allowed) return {};
    return refusal(
        "403 Forbidden",
        "",
        "this origin is not allowed",
        "HTTP request refused (403): the origin " + base::in_quotes(came_from) +
            " is not one of websockets_origin"
    );
}

} // namespace

UpgradeAnswer answer_upgrade(base::Bytes head, const std::vector<std::string>& origins) {
    Parser parser;
    parser.header_limit(std::numeric_limits<std::uint32_t>::max());
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error || !parser.is_header_done()) {
        const std::string why = error ? error.message() : "incomplete header";
        return bad_request("not a valid HTTP request: " + why);
    }
    const Request& request = parser.get();
    for (const auto& refused :
         {check_http(request), check_websocket(request), check_origin(request, origins)}) {
        if (!refused.response.empty()) return refused;
    }
    const SubProtocol sub_protocol = choose_sub_protocol(request);
    if (sub_protocol.offered && sub_protocol.chosen.empty()) {
        return bad_request("none of the sub-protocols is known: mqtt, mqttv3.1, or none at all");
    }
    UpgradeAnswer answer;
    answer.accepted = true;
    answer.response =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        crypto::websocket_accept(view(request[http::field::sec_websocket_key])) + "\r\n";
    if (sub_protocol.offered) {
        answer.response += "Sec-WebSocket-Protocol: " + std::string(sub_protocol.chosen) + "\r\n";
    }
    answer.response += "\r\n";
    answer.forwarded_for = forwarded_for(request);
    return answer;
}

UpgradeAnswer refuse_large_upgrade(std::size_t limit) {
    return refusal(
        "431 Request Header Fields Too Large",
        "",
        "the header is too large",
        "HTTP request refused (431): its header has more than " + std::to_string(limit) +
            " bytes (websockets_headers_size)"
    );
}

} // namespace net
