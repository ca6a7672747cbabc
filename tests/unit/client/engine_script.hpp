// One engine between a test's hands: packets of a server in, packets and events out as text, time
// moved by hand. The text of packets is support::packet_text's.
#pragma once

#include "common/base/clock.hpp"
#include "common/client/engine/engine.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace client::engine {

[[nodiscard]] Message
message(std::string topic, std::string_view payload, mqtt::Qos qos = mqtt::Qos::at_most_once);

class EngineScript : public EngineEvents {
public:
    explicit EngineScript(SessionOptions options = {});

    /// Opens, answers CONNECT with this CONNACK, forgets what was sent and happened.
    void connect(const mqtt::Connack& connack = {});
    /// A packet of the server.
    void receive(const mqtt::Packet& packet);
    void receive_bytes(const std::vector<std::uint8_t>& bytes);
    void advance(base::Duration by);
    /// The connection breaks and is there again, answered with this CONNACK.
    void reconnect(const mqtt::Connack& connack);

    /// What the engine sent since the last call: one packet a line.
    std::string sent();
    /// What it told since the last call: one event a line.
    std::string events();

    Engine engine;
    base::ManualClock clock;
    int batches = 0;
    /// Called at each message, after it was noted.
    std::function<void()> when_message;
    /// Called at each end of a publish, after it was noted.
    std::function<void()> when_published;

    void on_connected(const Connected& connected) override;
    void on_message(const mqtt::Publish& packet) override;
    void on_delivery(DeliveryId id, const mqtt::Publish& packet) override;
    void on_published(Token token, const Published& published) override;
    void on_subscribed(Token token, const std::vector<mqtt::ReasonCode>& reasons) override;
    void on_unsubscribed(Token token, const std::vector<mqtt::ReasonCode>& reasons) override;
    void on_room() override;

    void on_batch() override { ++batches; }

private:
    void note(const std::string& line);

    std::string events_;
};

} // namespace client::engine
