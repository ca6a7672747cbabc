// The records of a TLS 1.3 client after the handshake: raw bytes, or records that are protected
// with the right keys around whatever the fuzzer wants, cut in two anywhere. Whatever comes: the
// result is the same however it is cut, nothing that was not protected gets through, and a failure
// has words and an alert.
#include "common/crypto/tls/tls13_records.hpp"
#include "tests/support/tls13_sealer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace {

using crypto::Tls13Keys;
using crypto::Tls13Records;
using State = Tls13Records::State;

struct Outcome {
    State state = State::open;
    base::ByteBuffer plain;
    base::ByteBuffer wire;
    std::string error;

    bool operator==(const Outcome&) const = default;
};

std::unique_ptr<Tls13Keys> keys(std::uint16_t suite, std::uint8_t fill) {
    const base::ByteBuffer secret(suite == 0x1302 ? 48 : 32, fill);
    return std::make_unique<Tls13Keys>(*crypto::tls13_suite(suite), secret, 0);
}

Outcome read(std::uint16_t suite, base::Bytes first, base::Bytes second) {
    Tls13Records server(keys(suite, 1), keys(suite, 2));
    Outcome outcome;
    server.receive(first, outcome.plain, outcome.wire);
    server.receive(second, outcome.plain, outcome.wire);
    outcome.state = server.state();
    outcome.error = server.error();
    return outcome;
}

/// Each record of the input is a type, a padding, a length and the content. most: what may get
/// through.
base::ByteBuffer protect(std::uint16_t suite, base::Bytes input, std::size_t& most) {
    const std::unique_ptr<Tls13Keys> client = keys(suite, 1);
    base::ByteBuffer wire;
    while (input.size() >= 3) {
        const std::size_t size = std::min<std::size_t>(input[2], input.size() - 3);
        const base::Bytes content = input.subspan(3, size);
        base::append(wire, support::seal(*client, input[0], base::as_text(content), input[1] % 8));
        if (input[0] == 23 || input[0] == 0)
            most += size; // 0 is padding: the type stands before it
        input = input.subspan(3 + size);
    }
    return wire;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const auto suite = static_cast<std::uint16_t>(0x1301 + (data[0] % 3));
    const bool is_raw = data[1] % 2 == 0;
    const base::Bytes input = base::Bytes(data, size).subspan(3);
    std::size_t most = 0;
    const base::ByteBuffer wire =
        is_raw ? base::ByteBuffer(input.begin(), input.end()) : protect(suite, input, most);
    const std::size_t cut = wire.empty() ? 0 : data[2] % (wire.size() + 1);
    const Outcome whole = read(suite, wire, {});
    MIDGE_ASSERT(whole.plain.size() <= most, "something got through that nobody protected");
    MIDGE_ASSERT((whole.state == State::failed) == !whole.error.empty(), "a failure without words");
    const base::Bytes all(wire);
    MIDGE_ASSERT(
        read(suite, all.first(cut), all.subspan(cut)) == whole, "cutting changed the result"
    );
    return 0;
}
