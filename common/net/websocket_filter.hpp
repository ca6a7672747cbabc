// The server's side of a WebSocket as a byte filter: first the HTTP upgrade, then frames. Sans-io;
// owned by the transport of one connection.
#pragma once

#include "common/base/byte_filter.hpp"
#include "common/net/http_head.hpp"
#include "common/net/websocket_frames.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace net {

struct WebSocketRules {
    std::vector<std::string> origins;      ///< empty: any
    std::size_t max_header_size = 4096;    ///< bytes of the HTTP request
    std::size_t max_message = 268'435'460; ///< bytes; the largest MQTT packet
};

class WebSocketFilter final : public base::ByteFilter {
public:
    explicit WebSocketFilter(WebSocketRules rules);

    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) override;
    void send(base::Bytes plain, base::ByteBuffer& wire) override;
    void close(base::ByteBuffer& wire) override;
    void ping(base::ByteBuffer& wire) override;

    [[nodiscard]] const char* opening_name() const override { return "WebSocket upgrade"; }

    /// What proxies said in the upgrade about who connected, the nearest one last. Empty after
    /// take_forwarded_for().
    [[nodiscard]] std::vector<std::string> take_forwarded_for() {
        return std::exchange(forwarded_for_, {});
    }

private:
    void upgrade(base::ByteBuffer& wire);

    WebSocketRules rules_;
    HttpHead head_; ///< the HTTP request so far
    std::vector<std::string> forwarded_for_;
    WebSocketFrames frames_;
};

} // namespace net
