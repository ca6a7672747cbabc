#include "common/net/websocket_client_filter.hpp"

#include "common/crypto/base64.hpp"
#include "common/net/websocket_request.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace net {

namespace {

using Trouble = base::TransportTrouble;

constexpr std::string_view head_begin = "HTTP/";
constexpr std::size_t largest_head = 16384;
constexpr std::size_t largest_message = 268'435'460; ///< the largest MQTT packet
/// Servers limit the size of a message, and it need not be a whole packet. [MQTT-6.0.0-2]
constexpr std::size_t most_sent_at_once = std::size_t{64} << 10U;
constexpr std::size_t key_size = 16;
constexpr char tls_alert = 0x15;

} // namespace

WebSocketClientFilter::WebSocketClientFilter(
    WebSocketTarget target, std::string host, std::unique_ptr<base::Entropy> entropy
)
    : target_(std::move(target))
    , host_(std::move(host))
    , entropy_(std::move(entropy))
    , frames_(WebSocketRole::client, largest_message, entropy_.get()) {}

void WebSocketClientFilter::start(base::ByteBuffer& wire) {
    std::array<std::uint8_t, key_size> key{};
    entropy_->fill(key);
    key_ = crypto::to_base64(key, crypto::Padding::with);
    base::append(wire, base::as_bytes(upgrade_request(target_, host_, key_)));
}

void WebSocketClientFilter::receive(
    base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire
) {
    if (input.empty() || state() == State::ended || state() == State::failed) return;
    if (state() == State::opening) {
        input = head_.take(input, largest_head);
        const std::string_view head = head_.text();
        if (head.front() == tls_alert)
            return fail("the server answers with TLS", Trouble::tls_expected);
        if (!head.starts_with(head_begin.substr(0, head.size())))
            return fail("the server does not answer with HTTP", Trouble::no_http);
        if (!head_.is_complete()) {
            if (head.size() > largest_head)
                fail("the header of the server's answer is too large", Trouble::no_http);
            return;
        }
        UpgradeVerdict verdict = check_upgrade_answer(head_.bytes(), key_);
        head_.clear();
        if (!verdict.error.empty()) return fail(std::move(verdict.error), verdict.trouble);
        set_state(State::open);
    }
    frames_.receive(input, plain, wire);
    if (!frames_.is_over()) return;
    if (frames_.error().empty()) {
        set_state(State::ended);
    } else {
        fail(frames_.error());
    }
}

void WebSocketClientFilter::send(base::Bytes plain, base::ByteBuffer& wire) {
    while (!plain.empty()) {
        const base::Bytes part = plain.first(std::min(most_sent_at_once, plain.size()));
        frames_.send(part, wire);
        plain = plain.subspan(part.size());
    }
}

void WebSocketClientFilter::close(base::ByteBuffer& wire) {
    if (state() == State::open) frames_.close(WebSocketFrames::going_normally, {}, wire);
}

void WebSocketClientFilter::ping(base::ByteBuffer& wire) {
    frames_.ping(wire);
}

} // namespace net
