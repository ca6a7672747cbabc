// What lies between a socket and MQTT on listeners that have more than plain TCP: a chain of byte
// filters (PROXY header, TLS, WebSocket). It is a transport for the connection and the user of the
// socket's transport; plain connections do without it. Owned by its connection, moves with it to
// another shard once; shard thread only.
#pragma once

#include "common/crypto/tls/tls_filter.hpp"
#include "common/net/filter_chain.hpp"
#include "common/net/network.hpp"
#include "common/net/proxy_filter.hpp"
#include "common/net/websocket_filter.hpp"
#include "tools/mqttd/connection/transport.hpp"
#include "tools/mqttd/context/timer_queue.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace mqttd {

/// Where the user name of a client comes from.
enum class UserSource : std::uint8_t { connect, common_name, subject };

/// What a listener puts between socket and MQTT. Filters that it does not have are nullptr.
struct FilterPlan {
    std::unique_ptr<net::ProxyFilter> proxy;
    std::unique_ptr<crypto::TlsFilter> tls;
    std::unique_ptr<net::WebSocketFilter> websocket;
    std::vector<net::Network> trusted_proxies;
    UserSource user_source = UserSource::connect;
    std::chrono::seconds opening_timeout{10};
    std::chrono::seconds ping_interval{0}; ///< 0: none
};

class FilteredTransport final : public Transport, private TransportUser, private Timer::Handler {
public:
    FilteredTransport(std::unique_ptr<Transport> socket, FilterPlan plan, Peer peer);
    FilteredTransport(const FilteredTransport&) = delete;
    FilteredTransport& operator=(const FilteredTransport&) = delete;
    ~FilteredTransport() override;

    // --- from the connection ---
    [[nodiscard]] std::optional<std::size_t> write(base::Bytes bytes) override;
    void resume_reading() override;
    void close() override;
    void leave() override;
    void join(TransportHost& host, ShardContext& context, TransportUser& user) override;
    [[nodiscard]] std::optional<ProvenUser> proven_user() const override;
    [[nodiscard]] std::string description() const override;

private:
    using State = base::ByteFilter::State;

    // --- from the socket ---
    void on_bytes(base::Bytes input) override;
    void on_end(std::string_view error) override;
    void on_writable() override;
    [[nodiscard]] bool wants_bytes() const override;
    void on_peer(Peer peer) override;
    void on_failure(std::string_view why) override;

    void on_timer(Timer& timer, base::SteadyTime now) override;
    void set_timer();
    [[nodiscard]] bool flush();
    [[nodiscard]] bool shakes_hands() const;
    void end_handshake();
    /// False: it is over.
    [[nodiscard]] bool look_at_proxies();
    [[nodiscard]] bool take_proxy_header();
    void tell_peer(std::string address, std::string endpoint);
    void tell_state();

    std::unique_ptr<Transport> socket_;
    net::FilterChain chain_;
    net::ProxyFilter* proxy_;         ///< in the chain; nullptr: none, or told already
    crypto::TlsFilter* tls_;          ///< in the chain; nullptr: none
    net::WebSocketFilter* websocket_; ///< in the chain; nullptr: none, or its proxies are known
    bool is_websocket_;
    TransportUser* user_ = nullptr;
    ShardContext* context_ = nullptr;
    base::ByteBuffer wire_; ///< what the socket has not taken
    Peer peer_;
    std::vector<net::Network> trusted_proxies_;
    std::chrono::seconds opening_timeout_;
    std::chrono::seconds ping_interval_;
    base::SteadyTime last_sent_{};
    Timer timer_;
    UserSource user_source_;
    bool counted_ = false; ///< as a handshake that goes on
    bool refused_ = false; ///< write() took less than it was given
};

} // namespace mqttd
