// Handlers of the options of TLS, WebSocket, addresses and proxies.
#include "common/base/escape.hpp"
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>

namespace mqttd::handle {

namespace {

/// The n-th certfile of a listener belongs to its n-th keyfile; each keeps its line.
void add_file(
    ConfigDraft& draft, const Statement& at, const Value& value, std::vector<std::string>& files
) {
    const std::string number = std::to_string(files.size());
    draft.section().config.origins[std::string(at.option->name) + ' ' + number] = at.origin();
    files.push_back(value.text);
}

void add_network(ConfigDraft& draft, const Statement& at, std::vector<net::Network>& networks) {
    const std::string_view text = without_comment(at.value);
    if (const auto network = net::Network::parse(text)) {
        networks.push_back(*network);
        return;
    }
    draft.error(
        at,
        std::string(at.name) + " must be an address or a network (got " +
            base::in_quotes(at.value) + ")",
        "for example 127.0.0.1, 10.0.0.0/8, 2001:db8::/32, or unix"
    );
}

} // namespace

void certfile(ConfigDraft& draft, const Statement& at, const Value& value) {
    add_file(draft, at, value, draft.section().config.tls.certificate_files);
}

void keyfile(ConfigDraft& draft, const Statement& at, const Value& value) {
    add_file(draft, at, value, draft.section().config.tls.key_files);
}

void tls_keyform(ConfigDraft& draft, const Statement& at, const Value&) {
    std::string_view rest = at.value;
    const std::string_view word = take_word(rest);
    if (word == "pem" && without_comment(rest).empty()) return;
    if (word == "engine") return tls_engine(draft, at, {});
    draft.error(at, "tls_keyform must be pem (got " + base::in_quotes(at.value) + ")");
}

void tls_engine(ConfigDraft& draft, const Statement& at, const Value&) {
    draft.error(
        at,
        std::string(at.name) +
            ": mqttd does not load engines: OpenSSL 3 has given them up for providers",
        "put the private key into a PEM file that only mqttd can read and name it with keyfile; a "
        "key that must stay in its hardware needs a TLS proxy in front (enable_proxy_protocol)"
    );
}

void without_effect(ConfigDraft& draft, const Statement& at, const Value&) {
    draft.warning(at, std::string(at.name) + " has no effect", std::string(at.option->help));
}

void websockets_origin(ConfigDraft& draft, const Statement& at, const Value&) {
    const std::string_view origin = without_comment(at.value);
    const bool has_host = origin.find("://") != std::string_view::npos;
    const std::size_t path =
        has_host ? origin.find('/', origin.find("://") + 3) : std::string_view::npos;
    if (!has_host || path != std::string_view::npos) {
        draft.error(
            at,
            "websockets_origin must be the scheme, the host and the port of pages (got " +
                base::in_quotes(at.value) + ")",
            "for example https://app.example or http://localhost:3000, without a / at the end"
        );
        return;
    }
    draft.section().config.websockets_origins.emplace_back(origin);
}

void trusted_proxy(ConfigDraft& draft, const Statement& at, const Value&) {
    add_network(draft, at, draft.section().config.trusted_proxies);
}

void allow_from(ConfigDraft& draft, const Statement& at, const Value&) {
    add_network(draft, at, draft.section().config.allow_from);
}

void deny_from(ConfigDraft& draft, const Statement& at, const Value&) {
    add_network(draft, at, draft.section().config.deny_from);
}

} // namespace mqttd::handle
