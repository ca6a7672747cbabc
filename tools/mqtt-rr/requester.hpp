// One run of mqtt-rr: connects, subscribes to the topic of the answers, sends the requests, shows
// the answers, disconnects. Owned by main, on one thread. Knows nothing of options' spelling and of
// formats.
#pragma once

#include "common/base/entropy.hpp"
#include "common/cli/console.hpp"
#include "common/cli/error.hpp"
#include "common/cli/message_printer.hpp"
#include "common/cli/output.hpp"
#include "common/client/client.hpp"
#include "tools/mqtt-rr/correlation.hpp"
#include "tools/mqtt-rr/request_settings.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_rr {

class Requester final : private client::ClientEvents {
public:
    /// payloads: of the requests, at least one. All else outlives the requester.
    Requester(
        boost::asio::io_context& context,
        const RequestSettings& settings,
        std::vector<std::string> payloads,
        cli::Console& console
    );

    /// Runs the io_context until everything is done. Throws ToolError.
    cli::Outcome run();

private:
    // ClientEvents
    void on_connected(const client::Connected& connected) override;
    void on_subscribed(client::Token token, const std::vector<mqtt::ReasonCode>& reasons) override;
    void on_message(const mqtt::Publish& packet) override;
    void on_batch() override;
    void on_published(client::Token token, const client::Published& published) override;
    void on_room() override;
    void on_retry(const client::Failure& failure, std::chrono::milliseconds in) override;
    void on_ended(const std::optional<client::Failure>& failure) override;
    [[nodiscard]] bool wants_trace() const override;
    void on_packet(const client::engine::PacketTrace& trace) override;

    [[nodiscard]] bool is_v5() const;
    /// As many requests as may be under way.
    void send();
    void send_one();
    void show_answers();
    void leave();
    void fail(const cli::ToolError& error);
    void start_timeout();
    void on_signal(int signal);
    [[nodiscard]] cli::Outcome outcome() const;

    const RequestSettings& settings_;
    std::vector<std::string> payloads_;
    cli::Console& console_;
    base::SystemEntropy entropy_;
    std::string server_;
    std::string response_topic_;
    boost::asio::io_context& context_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timeout_;
    client::Client client_;
    Correlation correlation_;
    cli::MessagePrinter printer_;
    cli::Output output_;

    std::size_t sent_ = 0; ///< requests
    bool subscribed_ = false;
    bool sending_ = false;
    bool leaving_ = false;
    std::string last_problem_; ///< why there is no connection
    int signal_ = 0;
    std::optional<cli::ToolError> error_;
};

} // namespace mqtt_rr
