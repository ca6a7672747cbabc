// One run of mqtt-sub: connects, subscribes, prints what comes until it has enough, disconnects.
// Owned by main, on one thread. Knows nothing of options' spelling and of formats.
#pragma once

#include "common/base/entropy.hpp"
#include "common/cli/console.hpp"
#include "common/cli/error.hpp"
#include "common/cli/message_printer.hpp"
#include "common/cli/output.hpp"
#include "common/client/client.hpp"
#include "tools/mqtt-sub/handlers/handlers.hpp"
#include "tools/mqtt-sub/subscribe_settings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sub {

class Subscriber final : private client::ClientEvents, private DeliveryHost {
public:
    /// All outlive the subscriber.
    Subscriber(
        boost::asio::io_context& context, const SubscribeSettings& settings, cli::Console& console
    );

    /// Runs the io_context until everything is done. Throws ToolError.
    cli::Outcome run();

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    // ClientEvents
    void on_connected(const client::Connected& connected) override;
    void on_message(const mqtt::Publish& packet) override;
    void on_delivery(client::engine::DeliveryId id, const mqtt::Publish& packet) override;
    void on_batch() override;
    void on_published(client::Token token, const client::Published& published) override;
    void on_subscribed(client::Token token, const std::vector<mqtt::ReasonCode>& reasons) override;
    void
    on_unsubscribed(client::Token token, const std::vector<mqtt::ReasonCode>& reasons) override;
    void on_retry(const client::Failure& failure, std::chrono::milliseconds in) override;
    void on_ended(const std::optional<client::Failure>& failure) override;
    [[nodiscard]] bool wants_trace() const override;
    void on_packet(const client::engine::PacketTrace& trace) override;

    // DeliveryHost
    void acknowledge(client::engine::DeliveryId id) override;
    base::Result<client::Token, client::Refusal> publish(client::Message message) override;
    void on_sink_stop() override;
    void on_sink_idle() override;

    void subscribe();
    void subscribe_to(const std::vector<std::string>& filters);
    void send_subscribe(const std::vector<std::string>& filters, std::uint32_t identifier);
    [[nodiscard]] std::vector<std::string_view> filters_of(const mqtt::Publish& packet) const;
    void note_request(const base::Result<client::Token, client::Refusal>& result);
    void reload_rules();
    void warn_of_loss();
    void answered();
    [[nodiscard]] bool is_filtered_out(const mqtt::Publish& packet) const;
    [[nodiscard]] bool is_wanted(const mqtt::Publish& packet);
    void remove_retained(const mqtt::Publish& packet);
    void flush();
    /// The messages are enough: waits for what is under way, then disconnects.
    void leave();
    void fail(const cli::ToolError& error);
    void start_timeout();
    void watch_idle();
    void show_rate();
    void watch_signals();
    void on_signal(int signal);
    [[nodiscard]] cli::Outcome outcome() const;

    const SubscribeSettings& settings_;
    cli::Console& console_;
    base::SystemEntropy entropy_;
    std::string server_;
    boost::asio::io_context& context_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timeout_;
    boost::asio::steady_timer idle_;
    boost::asio::steady_timer rate_;
    client::Client client_;
    cli::MessagePrinter printer_;
    cli::Output output_;
    std::unique_ptr<DeliverySink> sink_; ///< nullptr: messages are printed
    Handlers* handlers_ = nullptr;       ///< the sink, when it has rules
    std::vector<std::string> filters_;   ///< those of the rules change with their file
    std::map<client::Token, std::vector<std::string>> subscribing_; ///< SUBSCRIBE without an answer
    std::map<std::uint32_t, std::string> identified_; ///< filters by subscription identifier

    int unanswered_ = 0;           ///< SUBSCRIBE and UNSUBSCRIBE
    bool was_connected_ = false;   ///< once
    bool has_identifiers_ = false; ///< each subscription is made with one
    bool subscribed_ = false;      ///< the broker answered everything in this session
    bool leaving_ = false;
    bool enough_ = false; ///< messages; those that come are not looked at
    bool sink_over_ = false;
    std::uint64_t messages_ = 0;
    std::uint64_t messages_this_second_ = 0;
    std::size_t denied_ = 0;
    SteadyTime last_message_;
    std::string last_problem_; ///< why there is no connection
    int signal_ = 0;
    std::optional<cli::ToolError> error_;
};

} // namespace mqtt_sub
