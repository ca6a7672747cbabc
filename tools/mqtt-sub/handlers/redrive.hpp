// Sends dead letters back to where they came from: each is published to its old topic, and
// acknowledged when the broker has it there. What is no dead letter stays where it is. Owned by the
// subscriber.
#pragma once

#include "common/cli/console.hpp"
#include "tools/mqtt-sub/handlers/delivery_sink.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>

namespace mqtt_sub {

class Redrive final : public DeliverySink {
public:
    /// All outlive it.
    Redrive(boost::asio::io_context& context, cli::Console& console, DeliveryHost& host)
        : context_(context), console_(console), host_(host) {}

    void take(
        client::engine::DeliveryId id,
        const mqtt::Publish& packet,
        const std::vector<std::string_view>& filters
    ) override;
    bool on_published(client::Token token, const client::Published& published) override;
    void finish() override;
    void drain() override;

    [[nodiscard]] bool idle() const override { return under_way_.empty(); }

    void stop() override { stopped_ = true; }

private:
    void check_end();

    boost::asio::io_context& context_;
    cli::Console& console_;
    DeliveryHost& host_;
    std::map<client::Token, client::engine::DeliveryId> under_way_;
    std::uint64_t sent_back_ = 0;
    bool ending_ = false;
    bool stopped_ = false;
};

} // namespace mqtt_sub
