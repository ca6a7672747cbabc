// The HTTP upgrade of a WebSocket, cut in two anywhere. Whatever comes: the answer is the same
// however it is cut, a refusal is HTTP and says why, and it stays within the limit of the header.
#include "common/base/assert.hpp"
#include "common/net/websocket_filter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using State = base::ByteFilter::State;

struct Outcome {
    State state = State::opening;
    base::ByteBuffer wire;
    std::string error;

    bool operator==(const Outcome&) const = default;
};

Outcome read(base::Bytes first, base::Bytes second) {
    net::WebSocketFilter filter(
        {.origins = {"https://app.example"}, .max_header_size = 1024, .max_message = 512}
    );
    Outcome outcome;
    base::ByteBuffer plain;
    filter.receive(first, plain, outcome.wire);
    filter.receive(second, plain, outcome.wire);
    outcome.state = filter.state();
    outcome.error = filter.error();
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
    if (size == 0) return 0;
    const base::Bytes input = base::Bytes(data, size).subspan(1);
    const std::size_t cut = input.empty() ? 0 : data[0] % (input.size() + 1);
    const Outcome whole = read(input, {});
    MIDGE_ASSERT(can_be_printed(whole.error), "an error with control characters");
    MIDGE_ASSERT(whole.state != State::failed || !whole.error.empty(), "a failure without words");
    MIDGE_ASSERT(
        whole.wire.empty() || base::as_text(whole.wire).starts_with("HTTP/1.1 "),
        "the answer is no HTTP"
    );
    MIDGE_ASSERT(read(input.first(cut), input.subspan(cut)) == whole, "cutting changed the result");
    return 0;
}
