#include "common/net/proxy_filter.hpp"

#include <algorithm>
#include <string>

namespace net {

void ProxyFilter::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer&) {
    if (state() == State::open) return base::append(plain, input);
    if (state() != State::opening) return;
    const std::size_t room = max_proxy_v2_size - std::min(header_.size(), max_proxy_v2_size);
    const std::size_t before = header_.size();
    base::append(header_, input.first(std::min(room, input.size())));
    ProxyHeader header = parse_proxy_header(header_, version_);
    if (header.status == ProxyStatus::incomplete) return;
    if (header.status == ProxyStatus::invalid) {
        return fail(
            "no valid PROXY protocol header (enable_proxy_protocol): " + std::string(header.error)
        );
    }
    if (requires_tls_ && !header.used_tls) {
        return fail(
            "the proxy does not say that its client has used TLS (proxy_protocol_v2_require_tls)"
        );
    }
    source_ = std::move(header.source);
    set_state(State::open);
    base::append(plain, input.subspan(header.size - before));
    base::ByteBuffer().swap(header_);
}

} // namespace net
