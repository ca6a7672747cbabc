#include "common/net/websocket_filter.hpp"

#include "common/net/websocket_upgrade.hpp"

#include <utility>

namespace net {

namespace {

/// Methods of HTTP are upper case; MQTT and TLS begin otherwise.
bool begins_like_http(std::uint8_t byte) {
    return byte >= 'A' && byte <= 'Z';
}

std::string guess_what_it_is(std::uint8_t first_byte) {
    if (first_byte == 0x10) return "this looks like plain MQTT, and the listener expects WebSocket";
    if (first_byte == 0x16) return "this looks like TLS, and the listener has no certificate";
    return "this is no HTTP request, and the listener expects WebSocket";
}

} // namespace

WebSocketFilter::WebSocketFilter(WebSocketRules rules)
    : rules_(std::move(rules)), frames_(WebSocketRole::server, rules_.max_message) {}

void WebSocketFilter::upgrade(base::ByteBuffer& wire) {
    UpgradeAnswer answer = head_.size() > rules_.max_header_size
                               ? refuse_large_upgrade(rules_.max_header_size)
                               : answer_upgrade(head_.bytes(), rules_.origins);
    base::append(wire, base::as_bytes(answer.response));
    head_.clear();
    std::vector<std::string>().swap(rules_.origins);
    if (!answer.accepted) return fail(std::move(answer.error));
    forwarded_for_ = std::move(answer.forwarded_for);
    set_state(State::open);
}

void WebSocketFilter::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    if (input.empty() || state() == State::ended || state() == State::failed) return;
    if (state() == State::opening) {
        if (head_.size() == 0 && !begins_like_http(input.front())) {
            return fail(guess_what_it_is(input.front()));
        }
        input = head_.take(input, rules_.max_header_size);
        if (!head_.is_complete() && head_.size() <= rules_.max_header_size) return;
        upgrade(wire);
        if (state() != State::open) return;
    }
    frames_.receive(input, plain, wire);
    if (!frames_.is_over()) return;
    if (frames_.error().empty()) {
        set_state(State::ended);
    } else {
        fail(frames_.error());
    }
}

void WebSocketFilter::send(base::Bytes plain, base::ByteBuffer& wire) {
    frames_.send(plain, wire);
}

void WebSocketFilter::close(base::ByteBuffer& wire) {
    if (state() == State::open) frames_.close(WebSocketFrames::going_normally, {}, wire);
}

void WebSocketFilter::ping(base::ByteBuffer& wire) {
    frames_.ping(wire);
}

} // namespace net
