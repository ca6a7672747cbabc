// A correct client that loses its connection at bad moments: it acknowledges, resends and counts
// what it received. Written on its own, so that it shares no mistake with the broker's flows.
// It works only when it is told to; a seed therefore repeats it.
#pragma once

#include "tests/support/broker_fixture.hpp"
#include "tests/support/fake_peer.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace scenario {

/// What a message of the random runs says about itself: "<publisher> <number> <qos>".
struct Label {
    int publisher = 0;
    int number = 0;
    int qos = 0;

    auto operator<=>(const Label&) const = default;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static Label parse(std::string_view text);
};

struct Receipt {
    Label label;
    std::string topic;
};

class RandomClient {
public:
    static constexpr std::size_t window = 5;

    RandomClient(support::BrokerFixture& broker, std::string id, mqtt::ProtocolVersion version)
        : broker_(broker), id_(std::move(id)), version_(version) {}

    /// CONNECT is on its way; the session is never a clean one.
    void connect(unsigned shard);

    /// unread_too: what the broker has not read yet is lost as well.
    void lose_connection(bool unread_too);

    [[nodiscard]] bool has_connection() const { return peer_.has_value(); }

    [[nodiscard]] bool may_publish() const { return ready_ && outgoing_.size() < window; }

    void publish(const std::string& topic, const std::string& payload, int qos, bool retain);
    void subscribe(const std::string& filter, int qos);

    /// Reads and answers at most so many packets.
    void work(std::size_t most_packets);

    /// Nothing of its own is under way.
    [[nodiscard]] bool finished() const { return ready_ && outgoing_.empty(); }

    [[nodiscard]] const std::vector<Receipt>& received() const { return received_; }

    [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
    struct Outgoing {
        mqtt::PacketId id = 0;
        std::string topic;
        std::string payload;
        int qos = 0;
        bool retain = false;
        bool received = false; ///< PUBREC has come
    };

    void handle(const mqtt::Packet& packet);
    void on_connack(const mqtt::Connack& connack);
    void on_publish(const mqtt::Publish& publish);
    void on_pubrec(mqtt::PacketId id);
    void finish(mqtt::PacketId id);
    void send(const Outgoing& message, bool dup);

    support::BrokerFixture& broker_;
    std::string id_;
    mqtt::ProtocolVersion version_;
    std::optional<support::FakePeer> peer_;
    bool ready_ = false;
    bool had_session_ = false;
    mqtt::PacketId last_id_ = 0;
    std::vector<Outgoing> outgoing_;         ///< in order of sending
    std::set<mqtt::PacketId> half_received_; ///< QoS 2 before PUBREL
    std::map<mqtt::PacketId, std::string> aliases_;
    std::vector<Receipt> received_;
    std::string trouble_; ///< what the broker did wrong
};

} // namespace scenario
