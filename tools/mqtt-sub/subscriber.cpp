#include "tools/mqtt-sub/subscriber.hpp"

#include "common/base/escape.hpp"
#include "common/cli/connection_error.hpp"
#include "common/cli/trace_line.hpp"
#include "common/cli/words.hpp"
#include "common/client/engine/words.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "common/net/destination.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace mqtt_sub {

Subscriber::Subscriber(
    boost::asio::io_context& context, const SubscribeSettings& settings, cli::Console& console
)
    : settings_(settings)
    , console_(console)
    , server_(net::to_text(settings.connect.destination))
    , context_(context)
    , signals_(context, SIGINT, SIGTERM)
    , timeout_(context)
    , idle_(context)
    , rate_(context)
    , client_(context, settings.connect, *this, entropy_)
    , printer_(settings.print)
    , output_(STDOUT_FILENO) {}

cli::Outcome Subscriber::run() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error) on_signal(signal);
    });
    start_timeout();
    client_.start();
    context_.run();
    return outcome();
}

void Subscriber::on_connected(const client::Connected& connected) {
    if (connected.reconnected) console_.warning("connected to " + server_ + " again");
    was_connected_ = true;
    last_problem_.clear();
    if (settings_.message_rate && !connected.reconnected) show_rate();
    // A session that is still there has its subscriptions; sending them again would bring the
    // retained messages again.
    if (!connected.reconnected || !connected.session_present || !subscribed_) subscribe();
}

void Subscriber::subscribe() {
    subscribed_ = false;
    unanswered_ = 0;
    denied_ = 0;
    const auto take = [this](const base::Result<client::Token, client::Refusal>& result) {
        if (result.has_error()) {
            fail(cli::ToolError(cli::ExitCode::denied, result.error().what));
        } else {
            ++unanswered_;
        }
    };
    if (!settings_.filters.empty()) {
        client::SubscribeRequest request;
        for (const std::string& filter : settings_.filters)
            request.subscriptions.push_back({filter, settings_.options});
        request.properties = settings_.subscribe_properties;
        take(client_.subscribe(request));
    }
    if (!settings_.unsubscribe.empty() && !leaving_) {
        client::UnsubscribeRequest request;
        request.filters = settings_.unsubscribe;
        request.properties = settings_.unsubscribe_properties;
        take(client_.unsubscribe(std::move(request)));
    }
}

void Subscriber::on_subscribed(
    client::Token /*token*/, const std::vector<mqtt::ReasonCode>& reasons
) {
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (!is_error(reasons[i])) continue;
        ++denied_;
        console_.warning(
            "the broker refused the subscription to \"" + base::escaped(settings_.filters[i]) +
            "\": " + client::engine::lower_first(name_of(reasons[i]))
        );
    }
    if (denied_ == reasons.size()) {
        fail(cli::ToolError(
            cli::ExitCode::denied,
            denied_ == 1 ? "the subscription was refused" : "all subscriptions were refused"
        ));
    }
    answered();
}

void Subscriber::on_unsubscribed(
    client::Token /*token*/, const std::vector<mqtt::ReasonCode>& reasons
) {
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        const bool changed = reasons[i] == mqtt::ReasonCode::success;
        if (changed) continue;
        console_.warning(
            "unsubscribing from \"" + base::escaped(settings_.unsubscribe[i]) +
            "\": " + client::engine::lower_first(name_of(reasons[i]))
        );
        if (is_error(reasons[i])) ++denied_;
    }
    answered();
}

void Subscriber::answered() {
    if (--unanswered_ != 0) return;
    subscribed_ = true;
    if (settings_.leave_when_subscribed) leave();
    last_message_ = std::chrono::steady_clock::now();
    watch_idle();
}

bool Subscriber::is_wanted(const mqtt::Publish& packet) {
    const FilterSettings& filter = settings_.filter;
    if (packet.retain && filter.skip_retained) return false;
    if (!packet.retain && filter.retained_only) return false;
    constexpr std::uint32_t all = 10000;
    return filter.random_share == all || entropy_.next() % all < filter.random_share;
}

void Subscriber::on_message(const mqtt::Publish& packet) {
    if (leaving_) return;
    last_message_ = std::chrono::steady_clock::now();
    const auto& out = settings_.filter.filter_out;
    const bool filtered_out =
        std::any_of(out.begin(), out.end(), [&packet](const std::string& filter) {
            return mqtt::topic::matches(filter, packet.topic);
        });
    if (settings_.filter.retained_only && !packet.retain) {
        leave(); // the retained ones come first
        return;
    }
    if (filtered_out) return;
    if (settings_.remove_retained && packet.retain) remove_retained(packet);
    if (!is_wanted(packet)) return;
    ++messages_;
    ++messages_this_second_;
    if (!settings_.message_rate)
        printer_.print(output_.buffer(), packet, std::chrono::system_clock::now());
    if (output_.is_large()) flush();
    if (messages_ == settings_.count) leave();
}

void Subscriber::on_batch() {
    flush();
}

void Subscriber::flush() {
    const cli::Written written = output_.flush();
    if (written == cli::Written::all || leaving_) return;
    if (written == cli::Written::failed) {
        fail(cli::ToolError(
            cli::ExitCode::local_error, "cannot write to standard output: " + output_.problem()
        ));
    }
    leave(); // nobody reads any more: that is an end, not an error
}

void Subscriber::remove_retained(const mqtt::Publish& packet) {
    if (packet.payload.empty()) return;
    client::Message message;
    message.topic = packet.topic;
    message.retain = true;
    message.qos = mqtt::Qos::at_least_once;
    const auto result = client_.publish(std::move(message));
    if (result.has_error()) {
        fail(cli::ToolError(
            cli::ExitCode::denied,
            "cannot delete the retained message of \"" + base::escaped(packet.topic) +
                "\": " + result.error().what
        ));
    }
}

void Subscriber::on_published(client::Token /*token*/, const client::Published& published) {
    if (!published.sent || is_error(published.reason)) {
        ++denied_;
        console_.warning("a retained message was not deleted: " + published.what);
    }
    if (leaving_ && client_.unfinished() == 0) leave();
}

void Subscriber::leave() {
    leaving_ = true;
    idle_.cancel();
    rate_.cancel();
    const bool may_wait = client_.connected() && !error_.has_value();
    if (may_wait && client_.unfinished() != 0) return; // on_published() comes back
    client::DisconnectRequest request;
    request.properties = settings_.disconnect_properties;
    client_.disconnect(std::move(request));
}

void Subscriber::fail(const cli::ToolError& error) {
    if (!error_.has_value()) error_ = error;
    leave();
}

void Subscriber::start_timeout() {
    if (settings_.timeout.count() == 0) return;
    timeout_.expires_after(settings_.timeout);
    timeout_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        std::string what = "timed out after " + cli::seconds_text(settings_.timeout) + "; " +
                           cli::counted(messages_) + " received";
        if (!last_problem_.empty()) what += "; " + last_problem_;
        fail(cli::ToolError(cli::ExitCode::timed_out, what));
    });
}

void Subscriber::watch_idle() {
    if (settings_.idle_timeout.count() == 0 || leaving_) return;
    idle_.expires_at(last_message_ + settings_.idle_timeout);
    idle_.async_wait([this](const boost::system::error_code& error) {
        if (error || leaving_) return;
        const auto idle = std::chrono::steady_clock::now() - last_message_;
        if (idle < settings_.idle_timeout) {
            watch_idle();
        } else {
            leave();
        }
    });
}

void Subscriber::show_rate() {
    rate_.expires_after(std::chrono::seconds(1));
    rate_.async_wait([this](const boost::system::error_code& error) {
        if (error || leaving_) return;
        output_.buffer() += std::to_string(std::exchange(messages_this_second_, 0)) + " msgs/s\n";
        flush();
        if (!leaving_) show_rate();
    });
}

void Subscriber::on_retry(const client::Failure& failure, std::chrono::milliseconds in) {
    last_problem_ = cli::describe_failure(failure, server_);
    if (leaving_) { // what was under way is lost
        fail(cli::connection_error(failure, server_));
        return;
    }
    console_.warning(last_problem_ + "; trying again in " + cli::seconds_text(in));
}

void Subscriber::on_ended(const std::optional<client::Failure>& failure) {
    timeout_.cancel();
    idle_.cancel();
    rate_.cancel();
    signals_.cancel();
    printer_.finish(output_.buffer());
    const cli::Written written = output_.flush();
    if (written == cli::Written::failed && !error_) {
        error_.emplace(
            cli::ExitCode::local_error, "cannot write to standard output: " + output_.problem()
        );
    }
    // Everything was received: how the connection ended does not matter.
    if (!failure || leaving_ || error_) return;
    error_ = cli::connection_error(*failure, server_);
}

void Subscriber::on_signal(int signal) {
    signals_.clear(); // a second one ends the program at once
    // Listening until interrupted is the usual way to use it; not so before it has begun.
    if (!was_connected_) signal_ = signal;
    leave();
}

bool Subscriber::wants_trace() const {
    return console_.wants_debug();
}

void Subscriber::on_packet(const client::engine::PacketTrace& trace) {
    console_.debug(cli::trace_line(trace));
}

cli::Outcome Subscriber::outcome() const {
    if (signal_ != 0) return {.signal = signal_};
    if (error_) throw cli::ToolError(*error_);
    return {.code = denied_ == 0 ? cli::ExitCode::ok : cli::ExitCode::denied};
}

} // namespace mqtt_sub
