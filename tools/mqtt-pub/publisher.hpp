// One run of mqtt-pub: connects, sends what the feed gives, waits until everything is acknowledged,
// disconnects. Owned by main, on one thread. Knows nothing of options' spelling and of where
// messages come from.
#pragma once

#include "common/base/entropy.hpp"
#include "common/cli/console.hpp"
#include "common/cli/error.hpp"
#include "common/client/client.hpp"
#include "tools/mqtt-pub/feed.hpp"
#include "tools/mqtt-pub/publish_settings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mqtt_pub {

class Publisher final : private client::ClientEvents, private Sink {
public:
    /// All outlive the publisher.
    Publisher(
        boost::asio::io_context& context,
        const PublishSettings& settings,
        Feed& feed,
        cli::Console& console
    );

    /// Runs the io_context until everything is done. Throws ToolError.
    cli::Outcome run();

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    // ClientEvents
    void on_connected(const client::Connected& connected) override;
    void on_published(client::Token token, const client::Published& published) override;
    void on_room() override;
    void on_retry(const client::Failure& failure, std::chrono::milliseconds in) override;
    void on_ended(const std::optional<client::Failure>& failure) override;
    [[nodiscard]] bool wants_trace() const override;
    void on_packet(const client::engine::PacketTrace& trace) override;

    // Sink
    [[nodiscard]] bool has_room() const override;
    void send(std::string_view payload) override;
    void wake() override;
    void feed_done() override;
    void feed_failed(const cli::ToolError& error) override;

    void leave();
    void refused(std::uint64_t number, const std::string& why);
    void watch_progress();
    void on_signal(int signal);
    [[nodiscard]] std::string unfinished() const;
    [[nodiscard]] cli::Outcome outcome() const;

    const PublishSettings& settings_;
    Feed& feed_;
    cli::Console& console_;
    base::SystemEntropy entropy_;
    std::string server_;
    boost::asio::io_context& context_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer patience_;
    client::Client client_;

    std::unordered_map<client::Token, std::uint64_t> pending_; ///< to the message's number, from 1
    std::uint64_t sent_ = 0;
    std::uint64_t refused_ = 0;
    std::string first_refusal_;
    SteadyTime last_progress_;
    bool watching_ = false;
    bool pumping_ = false;
    bool pump_again_ = false;
    bool sending_ = false;      ///< inside of publish()
    bool sent_at_once_ = false; ///< on_published() came from inside of it
    bool fed_ = false;          ///< the feed has nothing more
    bool leaving_ = false;
    int signal_ = 0;
    std::optional<cli::ToolError> error_;
};

} // namespace mqtt_pub
