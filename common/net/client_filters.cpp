#include "common/net/client_filters.hpp"

#include "common/base/entropy.hpp"
#include "common/crypto/tls/tls_filter.hpp"
#include "common/net/socks_filter.hpp"
#include "common/net/websocket_client_filter.hpp"

#include <algorithm>
#include <cctype>

namespace net {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

std::string in_lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// What stands in the field Host: the port only when it is not the usual one.
std::string host_field(const Destination& destination, const HostPort& server) {
    const std::uint16_t usual = destination.tls ? https_port : http_port;
    std::string text = to_text(server);
    const bool no_port = server.port == usual || !destination.unix_path.empty();
    if (no_port) text.resize(text.rfind(':'));
    return text;
}

} // namespace

std::string name_to_verify(const Destination& destination, const HostPort& server) {
    if (!destination.srv) return destination.host;
    const std::string domain = in_lower_case(destination.host);
    const std::string host = in_lower_case(server.host);
    return host.ends_with("." + domain) ? server.host : destination.host;
}

std::unique_ptr<FilterChain>
client_filters(const Destination& destination, const HostPort& server) {
    if (!destination.proxy && !destination.tls && !destination.websocket) return nullptr;
    auto chain = std::make_unique<FilterChain>();
    if (destination.proxy) chain->add(std::make_unique<SocksFilter>(*destination.proxy, server));
    if (destination.tls) {
        chain->add(std::make_unique<crypto::TlsFilter>(
            destination.tls, name_to_verify(destination, server)
        ));
    }
    if (destination.websocket) {
        chain->add(std::make_unique<WebSocketClientFilter>(
            *destination.websocket,
            host_field(destination, server),
            std::make_unique<base::SystemEntropy>()
        ));
    }
    return chain;
}

} // namespace net
