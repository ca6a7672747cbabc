#include "tools/mqtt-rr/requester.hpp"

#include "common/base/escape.hpp"
#include "common/cli/connection_error.hpp"
#include "common/cli/trace_line.hpp"
#include "common/cli/words.hpp"
#include "common/client/engine/words.hpp"
#include "common/net/destination.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <utility>

namespace mqtt_rr {

namespace {

using mqtt::PropertyId;

std::string own_correlation(const RequestSettings& settings) {
    const auto given = settings.publish_properties.list().text(PropertyId::correlation_data);
    return given ? std::string(*given) : std::string();
}

std::string latency_text(std::chrono::steady_clock::duration time) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    const std::string thousandths = std::to_string(1000 + microseconds % 1000).substr(1);
    return std::to_string(microseconds / 1000) + '.' + thousandths + " ms";
}

} // namespace

Requester::Requester(
    boost::asio::io_context& context,
    const RequestSettings& settings,
    std::vector<std::string> payloads,
    cli::Console& console
)
    : settings_(settings)
    , payloads_(std::move(payloads))
    , console_(console)
    , server_(net::to_text(settings.connect.destination))
    , response_topic_(settings.response_topic)
    , context_(context)
    , signals_(context, SIGINT, SIGTERM)
    , timeout_(context)
    , client_(context, settings.connect, *this, entropy_)
    , correlation_(payloads_.size(), own_correlation(settings), entropy_)
    , printer_(settings.print)
    , output_(STDOUT_FILENO) {
    if (response_topic_.empty()) response_topic_ = "response/" + base::random_uuid(entropy_);
}

cli::Outcome Requester::run() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error) on_signal(signal);
    });
    start_timeout();
    client_.start();
    context_.run();
    return outcome();
}

bool Requester::is_v5() const {
    return settings_.connect.session.version == mqtt::ProtocolVersion::v5;
}

void Requester::on_connected(const client::Connected& /*connected*/) {
    last_problem_.clear();
    client::SubscribeRequest request;
    request.subscriptions.push_back({response_topic_, settings_.options});
    request.properties = settings_.subscribe_properties;
    const auto result = client_.subscribe(request);
    if (result.has_error()) fail(cli::ToolError(cli::ExitCode::denied, result.error().what));
}

void Requester::on_subscribed(
    client::Token /*token*/, const std::vector<mqtt::ReasonCode>& reasons
) {
    if (is_error(reasons.front())) {
        fail(cli::ToolError(
            cli::ExitCode::denied,
            "the broker refused the subscription to \"" + base::escaped(response_topic_) +
                "\": " + client::engine::lower_first(name_of(reasons.front())),
            "-e names a topic that this client may subscribe to"
        ));
        return;
    }
    subscribed_ = true;
    send();
}

// An answer may come from inside of publish().
void Requester::send() {
    if (!subscribed_ || std::exchange(sending_, true)) return;
    while (sent_ < payloads_.size() && !leaving_ && client_.can_publish()) {
        const bool one_at_a_time = !is_v5();
        if (one_at_a_time && correlation_.waiting() != payloads_.size() - sent_) break;
        send_one();
    }
    sending_ = false;
}

void Requester::send_one() {
    client::Message message;
    message.topic = settings_.request_topic;
    message.payload.assign(payloads_[sent_].begin(), payloads_[sent_].end());
    message.qos = settings_.options.qos;
    message.properties = settings_.publish_properties;
    if (is_v5()) {
        message.properties.text(PropertyId::response_topic, response_topic_);
        if (!message.properties.list().has(PropertyId::correlation_data)) {
            message.properties.text(PropertyId::correlation_data, correlation_.data_of(sent_));
        }
    }
    correlation_.sent(sent_++, std::chrono::steady_clock::now());
    const auto result = client_.publish(std::move(message));
    if (result.has_error()) {
        fail(cli::ToolError(
            cli::ExitCode::denied, "the request cannot be sent: " + result.error().what
        ));
    }
}

void Requester::on_published(client::Token /*token*/, const client::Published& published) {
    if (leaving_) return;
    if (!published.sent || is_error(published.reason)) {
        fail(cli::ToolError(cli::ExitCode::denied, "the request was refused: " + published.what));
    } else if (published.reason == mqtt::ReasonCode::no_matching_subscribers) {
        fail(cli::ToolError(
            cli::ExitCode::denied,
            "nobody answers on \"" + base::escaped(settings_.request_topic) +
                "\": the broker has no subscriber for it",
            "start the responder first, or look at the topic"
        ));
    }
}

void Requester::on_message(const mqtt::Publish& packet) {
    if (leaving_ || (packet.retain && settings_.skip_retained)) return;
    if (packet.topic != response_topic_) return; // of a session that had other subscriptions
    std::optional<std::string_view> data;
    if (is_v5()) {
        data = packet.properties.text(PropertyId::correlation_data).value_or(std::string_view());
    }
    const auto request = correlation_.find(data);
    if (!request) {
        console_.debug(
            "a message on \"" + base::escaped(response_topic_) +
            "\" is not an answer to a request of this run: its correlation data is " +
            (data && !data->empty() ? base::in_quotes(*data) : "missing")
        );
        return;
    }
    std::string text;
    printer_.print(text, packet, std::chrono::system_clock::now());
    const auto took =
        correlation_.answered(*request, std::move(text), std::chrono::steady_clock::now());
    if (settings_.latency) console_.note("latency " + latency_text(took));
    if (correlation_.waiting() == 0) {
        leave();
    } else {
        send();
    }
}

void Requester::on_room() {
    send();
}

void Requester::on_batch() {
    show_answers();
}

void Requester::show_answers() {
    output_.buffer() += correlation_.take_ready();
    const cli::Written written = output_.flush();
    if (written == cli::Written::all) return;
    if (written == cli::Written::failed && !error_) {
        error_.emplace(
            cli::ExitCode::local_error, "cannot write to standard output: " + output_.problem()
        );
    }
    if (!leaving_) leave(); // nobody reads any more: that is an end, not an error
}

void Requester::leave() {
    leaving_ = true;
    client::DisconnectRequest request;
    request.properties = settings_.disconnect_properties;
    client_.disconnect(std::move(request));
}

void Requester::fail(const cli::ToolError& error) {
    if (!error_.has_value()) error_ = error;
    leave();
}

void Requester::start_timeout() {
    if (settings_.timeout.count() == 0) return;
    timeout_.expires_after(settings_.timeout);
    timeout_.async_wait([this](const boost::system::error_code& error) {
        if (error || leaving_) return;
        std::string what = "timed out after " + cli::seconds_text(settings_.timeout) + "; ";
        if (correlation_.count() == 1) {
            what += sent_ == 0 ? "the request was not sent" : "no answer came";
        } else {
            what += "answers are missing: " + std::to_string(correlation_.waiting()) + " of " +
                    std::to_string(correlation_.count());
        }
        if (!last_problem_.empty()) what += "; " + last_problem_;
        fail(cli::ToolError(cli::ExitCode::timed_out, what));
    });
}

void Requester::on_retry(const client::Failure& failure, std::chrono::milliseconds in) {
    last_problem_ = cli::describe_failure(failure, server_);
    console_.warning(last_problem_ + "; trying again in " + cli::seconds_text(in));
}

void Requester::on_ended(const std::optional<client::Failure>& failure) {
    timeout_.cancel();
    signals_.cancel();
    output_.buffer() += correlation_.take_rest();
    show_answers();
    if (!failure || leaving_ || error_) return;
    error_ = cli::connection_error(*failure, server_);
}

void Requester::on_signal(int signal) {
    signals_.clear(); // a second one ends the program at once
    signal_ = signal;
    leave();
}

bool Requester::wants_trace() const {
    return console_.wants_debug();
}

void Requester::on_packet(const client::engine::PacketTrace& trace) {
    console_.debug(cli::trace_line(trace));
}

cli::Outcome Requester::outcome() const {
    if (signal_ != 0) return {.signal = signal_};
    if (error_) throw cli::ToolError(*error_);
    return {};
}

} // namespace mqtt_rr
