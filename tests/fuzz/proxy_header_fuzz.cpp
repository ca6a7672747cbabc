// The PROXY protocol header, both versions, cut in two anywhere. Whatever comes: the result is the
// same however it is cut, a header is bounded, what follows it passes unchanged, and an address
// that it tells is one.
#include "common/base/assert.hpp"
#include "common/net/proxy_filter.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using State = base::ByteFilter::State;

struct Outcome {
    State state = State::opening;
    base::ByteBuffer plain;
    std::string error;
    std::string address;

    bool operator==(const Outcome&) const = default;
};

Outcome read(net::ProxyVersion version, bool requires_tls, base::Bytes first, base::Bytes second) {
    net::ProxyFilter filter(version, requires_tls);
    Outcome outcome;
    base::ByteBuffer wire;
    filter.receive(first, outcome.plain, wire);
    filter.receive(second, outcome.plain, wire);
    MIDGE_ASSERT(wire.empty(), "a PROXY header is not answered");
    outcome.state = filter.state();
    outcome.error = filter.error();
    if (outcome.state == State::open && filter.source()) {
        outcome.address = filter.source()->address;
    }
    return outcome;
}

void check(const Outcome& outcome, net::ProxyVersion version, base::Bytes input) {
    const std::size_t most =
        version == net::ProxyVersion::v1 ? net::max_proxy_v1_size : net::max_proxy_v2_size;
    MIDGE_ASSERT(outcome.address.size() <= 108, "an address longer than any can be");
    MIDGE_ASSERT(outcome.address.find('\0') == std::string::npos, "an address with a zero inside");
    if (outcome.state == State::opening) {
        MIDGE_ASSERT(input.size() < most, "a header without bound");
    } else if (outcome.state == State::failed) {
        MIDGE_ASSERT(!outcome.error.empty(), "a failure without words");
        MIDGE_ASSERT(outcome.plain.empty(), "bytes passed although the header is wrong");
    } else {
        MIDGE_ASSERT(outcome.plain.size() < input.size(), "there was no header");
        MIDGE_ASSERT(input.size() - outcome.plain.size() <= most, "a header over its limit");
        const base::Bytes tail = input.last(outcome.plain.size());
        MIDGE_ASSERT(base::as_text(tail) == base::as_text(outcome.plain), "what follows changed");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto version = (data[0] & 1U) != 0 ? net::ProxyVersion::v1 : net::ProxyVersion::v2;
    const bool requires_tls = version == net::ProxyVersion::v2 && (data[0] & 2U) != 0;
    const base::Bytes input = base::Bytes(data, size).subspan(2);
    const std::size_t cut = input.empty() ? 0 : data[1] % (input.size() + 1);
    const Outcome whole = read(version, requires_tls, input, {});
    check(whole, version, input);
    MIDGE_ASSERT(
        read(version, requires_tls, input.first(cut), input.subspan(cut)) == whole,
        "cutting changed the result"
    );
    return 0;
}
