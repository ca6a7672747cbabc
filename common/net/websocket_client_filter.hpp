// The client's side of a WebSocket as a byte filter: first the HTTP upgrade, then masked frames.
// Sans-io; owned by the stream of one connection.
#pragma once

#include "common/base/byte_filter.hpp"
#include "common/base/entropy.hpp"
#include "common/net/destination.hpp"
#include "common/net/http_head.hpp"
#include "common/net/websocket_frames.hpp"

#include <memory>
#include <string>

namespace net {

class WebSocketClientFilter final : public base::ByteFilter {
public:
    /// host: of the field Host. entropy: for the key and the masks.
    WebSocketClientFilter(
        WebSocketTarget target, std::string host, std::unique_ptr<base::Entropy> entropy
    );

    void start(base::ByteBuffer& wire) override;
    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) override;
    void send(base::Bytes plain, base::ByteBuffer& wire) override;
    void close(base::ByteBuffer& wire) override;
    void ping(base::ByteBuffer& wire) override;

    [[nodiscard]] const char* opening_name() const override { return "WebSocket upgrade"; }

private:
    WebSocketTarget target_;
    std::string host_;
    std::string key_;
    HttpHead head_; ///< the answer so far
    std::unique_ptr<base::Entropy> entropy_;
    WebSocketFrames frames_;
};

} // namespace net
