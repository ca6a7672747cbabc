#include "tools/mqttd/connection/listener_filters.hpp"

#include "tools/mqttd/connection/filtered_transport.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

constexpr std::size_t largest_packet = 268'435'460; // that MQTT has
constexpr std::size_t usual_header = 4096;
constexpr std::size_t smallest_header = 512;   // less than any browser sends
constexpr std::size_t smallest_limit = 65'536; // several packets may be one message

UserSource user_source_of(const ListenerTls& tls) {
    if (tls.identity_as_username) return UserSource::common_name;
    return tls.subject_as_username ? UserSource::subject : UserSource::connect;
}

std::size_t header_limit(const BrokerConfig& config) {
    if (config.packet_buffer_size == 0) return usual_header;
    return std::max(config.packet_buffer_size, smallest_header);
}

std::size_t message_limit(const LimitConfig& limits) {
    if (limits.max_packet_size == 0) return largest_packet;
    return std::max(limits.max_packet_size, smallest_limit);
}

} // namespace

std::unique_ptr<Transport> with_filters(
    std::unique_ptr<Transport> socket,
    const ShardContext& context,
    std::size_t listener,
    const Peer& peer
) {
    const BrokerConfig& config = *context.config;
    const ListenerConfig& own = config.listeners[listener];
    FilterPlan plan;
    if (own.proxy_protocol != ProxyProtocol::off) {
        const bool first = own.proxy_protocol == ProxyProtocol::v1;
        plan.proxy = std::make_unique<net::ProxyFilter>(
            first ? net::ProxyVersion::v1 : net::ProxyVersion::v2, own.proxy_requires_tls
        );
    }
    if (own.tls.context) plan.tls = std::make_unique<crypto::TlsFilter>(own.tls.context);
    if (own.websockets) {
        plan.websocket = std::make_unique<net::WebSocketFilter>(net::WebSocketRules{
            .origins = own.websockets_origins,
            .max_header_size = header_limit(config),
            .max_message = message_limit(config.limits)});
        plan.ping_interval = own.websockets_ping_interval;
    }
    if (!plan.proxy && !plan.tls && !plan.websocket) return socket;
    plan.trusted_proxies = own.trusted_proxies;
    plan.user_source = user_source_of(own.tls);
    plan.opening_timeout = config.limits.handshake_timeout;
    return std::make_unique<FilteredTransport>(std::move(socket), std::move(plan), peer);
}

} // namespace mqttd
