// Handlers of the listener options.
#include "common/base/escape.hpp"
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>

namespace mqttd::handle {

namespace {

constexpr std::size_t longest_unix_path = 107; // sun_path without its terminating zero

bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte < 0x7F && c != '/' && c != '"' && c != ',';
    });
}

/// The rest of a `listener` line into the listener. False: an error was added.
bool set_endpoint(
    ConfigDraft& draft, const Statement& at, ListenerConfig& listener, std::string_view where
) {
    if (listener.port != 0) {
        if (!is_host(where)) {
            draft.error(
                at,
                "listener takes a port and one address (got " + base::in_quotes(where) + ")",
                where.starts_with('/') ? "a Unix socket is \"listener 0 PATH\"" : ""
            );
            return false;
        }
        listener.address = where;
        return true;
    }
    if (where.empty()) {
        draft.error(at, "listener with port 0 needs the path of a Unix socket");
        return false;
    }
    if (where.size() > longest_unix_path || where.find('\0') != std::string_view::npos) {
        draft.error(
            at,
            "the path of a Unix socket is at most 107 bytes (got " + base::in_quotes(where) + ")"
        );
        return false;
    }
    listener.unix_path = where;
    return true;
}

} // namespace

void listener(ConfigDraft& draft, const Statement& at, const Value&) {
    std::string_view rest = without_comment(at.value);
    const std::string_view word = take_word(rest);
    const auto number = parse_integer(word);
    ListenerDraft& section = draft.listeners.emplace_back();
    draft.current =
        &section; // also after an error, so that what follows is not taken for another listener's
    section.config.origin = at.origin();
    if (word.empty()) {
        draft.error(at, "listener needs a port");
    } else if (!number || *number < 0 || *number > 65535) {
        draft.error(
            at, "listener must have a port from 0 to 65535 (got " + base::in_quotes(word) + ")"
        );
    } else {
        section.config.port = static_cast<std::uint16_t>(*number);
        section.usable = set_endpoint(draft, at, section.config, rest);
    }
}

void port(ConfigDraft& draft, const Statement& at, const Value& value) {
    draft.default_listener.config.port = static_cast<std::uint16_t>(value.number);
    draft.default_listener.config.origin = at.origin();
    draft.default_opened = true;
}

void bind_address(ConfigDraft& draft, const Statement& at, const Value&) {
    const std::string_view host = without_comment(at.value);
    if (host.empty() || !is_host(host)) {
        draft.error(at, "bind_address must be one address (got " + base::in_quotes(at.value) + ")");
        return;
    }
    ListenerConfig& listener = draft.default_listener.config;
    listener.address = host;
    if (listener.origin.empty()) listener.origin = at.origin();
    draft.default_opened = true;
}

void protocol(ConfigDraft& draft, const Statement& at, const Value&) {
    std::string_view rest = at.value;
    const std::string_view word = take_word(rest);
    const bool is_known = word == "mqtt" || word == "websockets";
    if (is_known && without_comment(rest).empty()) {
        draft.section().config.websockets = word == "websockets";
    } else if (word == "http_api") {
        draft.error(
            at,
            "protocol http_api: needs the HTTP interface, which this version of mqttd does not "
            "have yet"
        );
    } else {
        const std::string got = word.empty() ? "" : " (got " + base::in_quotes(at.value) + ")";
        draft.error(at, "protocol must be mqtt or websockets" + got);
    }
}

void accept_protocol_versions(ConfigDraft& draft, const Statement& at, const Value&) {
    std::string_view list = without_comment(at.value);
    bool seen[6] = {};
    bool valid = !list.empty();
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view word = trimmed(list.substr(0, comma));
        valid = valid && is_one_of(word, "3|4|5");
        if (valid) seen[word[0] - '0'] = true;
        valid = valid && comma + 1 != list.size();
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    if (!valid) {
        draft.error(
            at,
            "accept_protocol_versions must be a list of 3, 4 and 5, separated by commas (got " +
                base::in_quotes(at.value) + ")",
            "3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0"
        );
        return;
    }
    ListenerConfig& listener = draft.section().config;
    listener.accept_v31 = seen[3];
    listener.accept_v311 = seen[4];
    listener.accept_v5 = seen[5];
}

void mount_point(ConfigDraft& draft, const Statement& at, const Value& value) {
    if (value.text.find_first_of("+#") != std::string::npos) {
        draft.error(
            at, "mount_point must not have + or # in it (got " + base::in_quotes(value.text) + ")"
        );
        return;
    }
    draft.section().config.mount_point = value.text;
}

std::string show_versions(const ListenerConfig& listener) {
    std::string text;
    if (listener.accept_v31) text += "3,";
    if (listener.accept_v311) text += "4,";
    if (listener.accept_v5) text += "5,";
    if (!text.empty()) text.pop_back();
    return text;
}

} // namespace mqttd::handle
