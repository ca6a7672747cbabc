// One MQTT client on an io_context: connects, keeps alive, reconnects, and hands what happens to
// its events. Drives one engine; owned by a tool or a bridge and used on the thread that runs the
// io_context. Knows nothing of options' spelling, signals and output.
//
//   Client client(context, options, events, entropy);
//   client.start();          // events.on_connected() → publish(), subscribe()
//   context.run();           // returns after on_ended()
#pragma once

#include "common/base/entropy.hpp"
#include "common/base/result.hpp"
#include "common/client/connect_options.hpp"
#include "common/client/engine/engine_events.hpp"
#include "common/client/engine/failure.hpp"
#include "common/client/engine/message.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

namespace boost::asio {
class io_context;
} // namespace boost::asio

namespace client {

using engine::Connected;
using engine::DisconnectRequest;
using engine::Failure;
using engine::FailureKind;
using engine::Message;
using engine::Published;
using engine::Refusal;
using engine::SubscribeRequest;
using engine::Token;
using engine::UnsubscribeRequest;

class ClientEvents : public engine::EngineEvents {
public:
    /// A connection failed or ended and another attempt follows.
    virtual void on_retry(const Failure&, std::chrono::milliseconds /*in*/) {}

    /// Called once, last: failure is nullopt after a disconnect() that could be written. The client
    /// has nothing pending any more; io_context::run() returns if it was the only user.
    virtual void on_ended(const std::optional<Failure>&) {}
};

class Client {
public:
    /// events and entropy outlive the client.
    Client(
        boost::asio::io_context& context,
        ConnectOptions options,
        ClientEvents& events,
        base::Entropy& entropy
    );
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    /// Closes without a word; no event any more. Not from inside an event.
    ~Client();

    /// Begins to connect. Once.
    void start();

    /// Also before the connection is there: then it waits. on_published() follows, never from
    /// inside this call unless QoS 0 is sent at once.
    base::Result<Token, Refusal> publish(Message message);
    /// Whether publish() has room: output and queue are below their bounds. on_room() tells.
    [[nodiscard]] bool can_publish() const;
    /// Messages taken and not finished: queued, or in flight.
    [[nodiscard]] std::size_t unfinished() const;

    /// Only while connected.
    base::Result<Token, Refusal> subscribe(const SubscribeRequest& request);
    base::Result<Token, Refusal> unsubscribe(UnsubscribeRequest request);

    /// With SessionOptions::manual_acknowledgement, for each id of on_delivery() but 0, once.
    void acknowledge(engine::DeliveryId id);

    [[nodiscard]] bool connected() const;

    /// Sends DISCONNECT after what was already sent, closes, and ends; what waits in the queue is
    /// dropped. Without a connection it ends at once. Never calls back from inside this call.
    void disconnect(DisconnectRequest request = {});

private:
    class Driver;
    std::shared_ptr<Driver> driver_;
};

} // namespace client
