#include "tools/mqtt-pub/publisher.hpp"

#include "common/cli/connection_error.hpp"
#include "common/cli/trace_line.hpp"
#include "common/cli/words.hpp"
#include "common/net/destination.hpp"

#include <csignal>
#include <utility>

namespace mqtt_pub {

namespace {

constexpr std::uint64_t most_refusals_shown = 10;

} // namespace

Publisher::Publisher(
    boost::asio::io_context& context,
    const PublishSettings& settings,
    Feed& feed,
    cli::Console& console
)
    : settings_(settings)
    , feed_(feed)
    , console_(console)
    , server_(net::to_text(settings.connect.destination))
    , context_(context)
    , signals_(context, SIGINT, SIGTERM)
    , patience_(context)
    , client_(context, settings.connect, *this, entropy_) {}

cli::Outcome Publisher::run() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error) on_signal(signal);
    });
    client_.start();
    context_.run();
    return outcome();
}

void Publisher::on_connected(const client::Connected& connected) {
    if (connected.reconnected) console_.warning("connected to " + server_ + " again");
    last_progress_ = std::chrono::steady_clock::now();
    wake();
}

bool Publisher::has_room() const {
    return !leaving_ && client_.can_publish();
}

void Publisher::send(std::string_view payload) {
    client::Message message;
    message.topic = settings_.topic;
    message.payload.assign(payload.begin(), payload.end());
    message.qos = settings_.qos;
    message.retain = settings_.retain;
    message.properties = settings_.publish_properties;
    ++sent_;
    if (pending_.empty()) last_progress_ = std::chrono::steady_clock::now();
    sending_ = true;
    sent_at_once_ = false;
    const auto result = client_.publish(std::move(message));
    sending_ = false;
    if (result.has_error()) {
        refused(sent_, result.error().what);
        feed_.on_delivered(*this);
        return;
    }
    if (!sent_at_once_) pending_.emplace(*result, sent_);
    watch_progress();
}

void Publisher::on_published(client::Token token, const client::Published& published) {
    std::uint64_t number = sent_;
    if (sending_) {
        sent_at_once_ = true;
    } else {
        const auto found = pending_.find(token);
        number = found->second;
        pending_.erase(found);
    }
    last_progress_ = std::chrono::steady_clock::now();
    if (!published.sent || mqtt::is_error(published.reason)) refused(number, published.what);
    feed_.on_delivered(*this);
    wake();
}

void Publisher::on_room() {
    wake();
}

void Publisher::wake() {
    // A feed that sends may be woken from inside of that: then it goes on afterwards.
    pump_again_ = true;
    if (pumping_) return;
    pumping_ = true;
    while (pump_again_ && !fed_ && !leaving_) {
        pump_again_ = false;
        feed_.pump(*this);
    }
    pumping_ = false;
    if (fed_ && pending_.empty()) leave();
}

void Publisher::feed_done() {
    fed_ = true;
}

void Publisher::feed_failed(const cli::ToolError& error) {
    fed_ = true;
    error_ = error;
    wake();
}

void Publisher::leave() {
    if (leaving_) return;
    leaving_ = true;
    client::DisconnectRequest request;
    request.properties = settings_.disconnect_properties;
    client_.disconnect(std::move(request));
}

void Publisher::refused(std::uint64_t number, const std::string& why) {
    ++refused_;
    if (refused_ == 1) first_refusal_ = why;
    if (settings_.payload.source != cli::PayloadSource::lines && settings_.repeat == 1) return;
    if (refused_ > most_refusals_shown) return;
    const std::string name =
        settings_.payload.source == cli::PayloadSource::lines ? "line " : "message ";
    console_.warning(name + std::to_string(number) + " was refused: " + why);
}

void Publisher::watch_progress() {
    if (watching_ || settings_.timeout.count() == 0 || pending_.empty()) return;
    watching_ = true;
    patience_.expires_at(last_progress_ + settings_.timeout);
    patience_.async_wait([this](const boost::system::error_code& error) {
        watching_ = false;
        if (error || leaving_) return;
        const auto waited = std::chrono::steady_clock::now() - last_progress_;
        if (pending_.empty() || waited < settings_.timeout) {
            watch_progress();
            return;
        }
        error_.emplace(
            cli::ExitCode::timed_out,
            "no acknowledgement from " + server_ + " for " + cli::seconds_text(settings_.timeout) +
                unfinished(),
            "--timeout SECONDS waits longer"
        );
        leave();
    });
}

void Publisher::on_retry(const client::Failure& failure, std::chrono::milliseconds in) {
    console_.warning(
        cli::describe_failure(failure, server_) + "; trying again in " + cli::seconds_text(in)
    );
}

void Publisher::on_ended(const std::optional<client::Failure>& failure) {
    feed_.stop();
    patience_.cancel();
    signals_.cancel();
    // With QoS 1 and 2 everything is safe once it is acknowledged, however the connection ends.
    const bool safe = leaving_ && pending_.empty() && settings_.qos != mqtt::Qos::at_most_once;
    if (!failure || safe || error_ || signal_ != 0) return;
    const cli::ToolError error = cli::connection_error(*failure, server_);
    error_.emplace(error.outcome(), error.what() + unfinished(), error.hint());
}

std::string Publisher::unfinished() const {
    if (pending_.empty()) return {};
    const bool one = pending_.size() == 1;
    return "; " + cli::counted(pending_.size()) + (one ? " is" : " are") + " not acknowledged";
}

void Publisher::on_signal(int signal) {
    signals_.clear(); // a second one ends the program at once
    signal_ = signal;
    if (!pending_.empty()) console_.warning("interrupted" + unfinished());
    leave();
}

bool Publisher::wants_trace() const {
    return console_.wants_debug();
}

void Publisher::on_packet(const client::engine::PacketTrace& trace) {
    console_.debug(cli::trace_line(trace));
}

cli::Outcome Publisher::outcome() const {
    if (signal_ != 0) return {.signal = signal_};
    if (error_) throw cli::ToolError(*error_);
    if (refused_ == 0) return {};
    const bool one = sent_ == 1;
    throw cli::ToolError(
        cli::ExitCode::denied,
        one ? "the message was refused: " + first_refusal_
            : std::to_string(refused_) + " of " + cli::counted(sent_) + " were refused"
    );
}

} // namespace mqtt_pub
