// The connection as its session sees it: where bytes go, what the client can take, and a way to end
// it. Owned by session, implemented by connection. Shard thread only; lives as long as the network
// connection.
#pragma once

#include "common/mqtt/flow/topic_alias.hpp"
#include "common/mqtt/spec/protocol.hpp"
#include "common/mqtt/spec/reason_code.hpp"
#include "tools/mqttd/context/output_buffer.hpp"
#include "tools/mqttd/context/output_holds.hpp"
#include "tools/mqttd/context/shard_context.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace mqttd {

/// What was agreed in CONNECT and CONNACK.
struct LinkTerms {
    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v311;
    std::uint32_t max_packet_size = 0;   ///< of the client, bytes; 0 = no limit [MQTT-3.1.2-24]
    std::uint16_t send_window = 0;       ///< QoS 1/2 messages in flight to the client; 0 = 65535
    std::uint16_t receive_window = 0;    ///< what we advertised; 0 = no limit
    std::uint16_t alias_maximum_in = 0;  ///< aliases the client may use
    std::uint16_t alias_maximum_out = 0; ///< aliases we may use
    std::uint8_t max_qos = 2;            ///< of the listener
    bool problem_information =
        true; ///< false: no reason strings outside CONNACK and DISCONNECT [MQTT-3.1.2-29]
    bool no_echo = false;    ///< a bridge that set bit 0x80: never its own messages
    std::string mount_point; ///< put before every topic of this client, taken off again towards it
};

class Link {
public:
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    [[nodiscard]] const LinkTerms& terms() const { return terms_; }

    [[nodiscard]] bool is_v5() const { return terms_.version == mqtt::ProtocolVersion::v5; }

    [[nodiscard]] mqtt::flow::AliasSender& aliases_out() { return aliases_out_; }

    [[nodiscard]] mqtt::flow::AliasReceiver& aliases_in() { return aliases_in_; }

    /// What is encoded and not yet sent.
    [[nodiscard]] const OutputBuffer& output() const { return output_; }

    /// Room for one encoded packet, to be written before any other call; then output_changed().
    [[nodiscard]] std::uint8_t* extend_output(std::size_t size) {
        if (!output_.has_memory()) output_.borrow(context_->spare_outputs);
        return output_.extend(size);
    }

    /// Takes one encoded packet; call output_changed() afterwards.
    void append_output(base::Bytes packet) {
        std::memcpy(extend_output(packet.size()), packet.data(), packet.size());
    }

    /// Above max_output_bytes: QoS 0 is dropped, the rest waits in the session.
    [[nodiscard]] bool output_full() const {
        return output_.size() >= context_->config->limits.max_output_bytes;
    }

    /// Written out at the end of the turn, or at once when it is a lot: large writes come from
    /// memory that is still in the cache, and the output of one turn does not fill the buffer of a
    /// client that keeps up.
    void output_changed() {
        if (output_.size() >= early_flush_bytes) flush();
        if (dirty_) return;
        dirty_ = true;
        context_->dirty_links.push_back(this);
    }

    /// What is written from now on goes out when the changes of this turn are on disk, or those of
    /// an earlier group of the journal.
    void hold_output();
    void hold_output(std::uint64_t group);

    /// The last byte written is the reason code of a held reply: success, unless the message turns
    /// out to be lost. Precondition: is_held().
    void await_fate(mqtt::PacketId packet_id, mqtt::Qos qos, MessagePtr message);

    /// Whether any output, or the end of the connection, waits for a commit.
    [[nodiscard]] bool is_held() const { return holds_ != nullptr; }

    /// A commit has come: sends what it let go.
    void release_output();

    /// Ends the connection at the end of the turn: DISCONNECT with this reason to a 5.0 client, and
    /// the will is published unless keep_will is false. text says why, for the log and the reason
    /// string.
    virtual void fail(mqtt::ReasonCode reason, std::string_view text) = 0;

    /// Another connection has claimed the session: DISCONNECT 0x8E, and this one leaves the
    /// session, which may end. [MQTT-3.1.4-3]
    virtual void taken_over() = 0;

    /// Gives the output to the socket, as much as it takes.
    virtual void flush() = 0;

    /// A QoS 2 message is refused although it was accepted at first. True when that is a change to
    /// be saved before the client hears of it. [MQTT-4.3.3-9]
    [[nodiscard]] virtual bool forget_received(mqtt::PacketId packet_id) = 0;

    /// Flushes, then goes on with what waited for room in the output.
    virtual void end_of_turn() = 0;

    /// Unique among the connections of this shard and never used again.
    [[nodiscard]] virtual std::uint64_t connection_number() const = 0;

protected:
    explicit Link(ShardContext& context) : context_(&context) {}

    ~Link() = default;

    void set_terms(LinkTerms terms) {
        aliases_in_ = mqtt::flow::AliasReceiver(terms.alias_maximum_in);
        aliases_out_ = mqtt::flow::AliasSender(terms.alias_maximum_out);
        terms_ = std::move(terms);
    }

    void clear_dirty() { dirty_ = false; }

    /// Drops bytes from the front that were sent.
    void consume_output(std::size_t size) {
        if (holds_) holds_->consume(size);
        output_.consume(size, context_->spare_outputs);
    }

    /// What may be sent now.
    [[nodiscard]] base::Bytes free_output() const {
        if (!holds_) return output_.bytes();
        return output_.bytes().first(holds_->free_bytes());
    }

    /// What waits for a commit is thrown away: it will not come.
    void drop_held_output();

    /// Nothing can be sent any more.
    void drop_output() {
        holds_.reset();
        output_.consume(output_.size(), context_->spare_outputs);
    }

    [[nodiscard]] ShardContext& context() const { return *context_; }

    void move_to(ShardContext& context) { context_ = &context; }

private:
    [[nodiscard]] bool decide_replies();

    static constexpr std::size_t early_flush_bytes = 65'536;

    ShardContext* context_;
    OutputBuffer output_;
    std::unique_ptr<OutputHolds> holds_; ///< nullptr: nothing waits
    LinkTerms terms_;
    mqtt::flow::AliasSender aliases_out_{0};
    mqtt::flow::AliasReceiver aliases_in_{0};
    bool dirty_ = false;
};

} // namespace mqttd
