// Frames of a WebSocket, cut in two anywhere. Whatever comes: the same payload comes out however it
// is cut (how early a violation within a frame is noticed, and which of two, may differ), an end
// has a close frame, and nothing follows it.
#include "common/base/assert.hpp"
#include "common/net/websocket_frames.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

constexpr std::size_t largest_message = 512;

struct Outcome {
    base::ByteBuffer plain;
    base::ByteBuffer wire;
    bool violated = false;
    bool over = false;
};

Outcome read(base::Bytes first, base::Bytes second) {
    net::WebSocketFrames frames(net::WebSocketRole::server, largest_message);
    Outcome outcome;
    frames.receive(first, outcome.plain, outcome.wire);
    frames.receive(second, outcome.plain, outcome.wire);
    outcome.violated = !frames.error().empty();
    outcome.over = frames.is_over();
    if (outcome.over) {
        const base::ByteBuffer before = outcome.wire;
        frames.receive(first, outcome.plain, outcome.wire);
        frames.send(first, outcome.wire);
        frames.ping(outcome.wire);
        frames.close(net::WebSocketFrames::going_normally, {}, outcome.wire);
        MIDGE_ASSERT(outcome.wire == before, "something was sent after the end");
        MIDGE_ASSERT(!before.empty(), "an end without a close frame");
    }
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const base::Bytes input = base::Bytes(data, size).subspan(1);
    const std::size_t cut = input.empty() ? 0 : data[0] % (input.size() + 1);
    const Outcome whole = read(input, {});
    MIDGE_ASSERT(whole.plain.size() <= input.size(), "payload from nowhere");
    MIDGE_ASSERT(whole.over || !whole.violated, "an error without an end");
    const Outcome cut_in_two = read(input.first(cut), input.subspan(cut));
    MIDGE_ASSERT(cut_in_two.plain == whole.plain, "cutting changed the result");
    return 0;
}
