// What a server or proxy answers to a client, cut in two anywhere: SOCKS5 with a login and without,
// and the upgrade to a WebSocket with what follows. Whatever comes: the outcome is the same however
// it is cut, and a failure has words that can be printed.
#include "common/base/assert.hpp"
#include "common/net/socks_filter.hpp"
#include "common/net/websocket_client_filter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace {

using State = base::ByteFilter::State;

struct Outcome {
    State state = State::opening;
    base::ByteBuffer plain;
    base::ByteBuffer wire;
    std::string error;

    bool operator==(const Outcome&) const = default;
};

std::unique_ptr<base::ByteFilter> make(std::uint8_t which) {
    if (which % 3 == 0) {
        // With this entropy the key is always the same, so that a seed can answer it.
        return std::make_unique<net::WebSocketClientFilter>(
            net::WebSocketTarget{}, "broker", std::make_unique<base::FixedEntropy>(1)
        );
    }
    net::SocksProxy proxy;
    if (which % 3 == 1) proxy.user_name = "me";
    return std::make_unique<net::SocksFilter>(proxy, net::HostPort{"broker", 1883});
}

Outcome read(std::uint8_t which, base::Bytes first, base::Bytes second) {
    const auto filter = make(which);
    Outcome outcome;
    filter->start(outcome.wire);
    filter->receive(first, outcome.plain, outcome.wire);
    filter->receive(second, outcome.plain, outcome.wire);
    outcome.state = filter->state();
    outcome.error = filter->error();
    return outcome;
}

bool can_be_printed(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const base::Bytes input = base::Bytes(data, size).subspan(2);
    const std::size_t cut = input.empty() ? 0 : data[1] % (input.size() + 1);
    const Outcome whole = read(data[0], input, {});
    MIDGE_ASSERT(can_be_printed(whole.error), "an error with control characters");
    MIDGE_ASSERT(whole.state != State::failed || !whole.error.empty(), "a failure without words");
    MIDGE_ASSERT(whole.plain.size() <= input.size(), "more bytes than came");
    const Outcome parts = read(data[0], input.first(cut), input.subspan(cut));
    MIDGE_ASSERT(parts == whole, "cutting changed the result");
    return 0;
}
