#include "tools/mqtt-sub/subscriber.hpp"

#include "common/base/escape.hpp"
#include "common/cli/connection_error.hpp"
#include "common/cli/trace_line.hpp"
#include "common/cli/words.hpp"
#include "common/client/engine/words.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "common/net/destination.hpp"
#include "tools/mqtt-sub/handlers/redrive.hpp"
#include "tools/mqtt-sub/handlers/rules_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <utility>

namespace mqtt_sub {

namespace {

/// The same in each run, because messages that waited have the one of the run before. FNV-1a.
std::uint32_t identifier_of(std::string_view filter) {
    constexpr std::uint32_t largest = 268'435'455; // [MQTT-3.8.2-1]
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : filter)
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 16'777'619U;
    return 1 + hash % largest;
}

} // namespace

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
    , output_(STDOUT_FILENO)
    , filters_(settings.filters) {
    auto& host = static_cast<DeliveryHost&>(*this);
    if (settings.handlers.on()) {
        auto handlers =
            std::make_unique<Handlers>(context, settings.handlers, console, entropy_, host);
        handlers_ = handlers.get();
        sink_ = std::move(handlers);
    } else if (settings.redrives) {
        sink_ = std::make_unique<Redrive>(context, console, host);
    }
}

cli::Outcome Subscriber::run() {
    if (!settings_.handlers.rules_file.empty()) signals_.add(SIGHUP);
    watch_signals();
    warn_of_loss();
    start_timeout();
    client_.start();
    context_.run();
    return outcome();
}

void Subscriber::on_connected(const client::Connected& connected) {
    if (connected.reconnected) console_.warning("connected to " + server_ + " again");
    was_connected_ = true;
    has_identifiers_ = handlers_ != nullptr && connected.limits.subscription_ids_available &&
                       settings_.connect.session.version == mqtt::ProtocolVersion::v5 &&
                       settings_.subscribe_properties.empty();
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
    subscribing_.clear();
    if (!filters_.empty()) subscribe_to(filters_);
    if (!settings_.unsubscribe.empty() && !leaving_) {
        client::UnsubscribeRequest request;
        request.filters = settings_.unsubscribe;
        request.properties = settings_.unsubscribe_properties;
        note_request(client_.unsubscribe(std::move(request)));
    }
}

// With an identifier each, so that it can be told which of several copies of a message is for which
// rules. [MQTT-3.3.4-3]
void Subscriber::subscribe_to(const std::vector<std::string>& filters) {
    if (!has_identifiers_) return send_subscribe(filters, 0);
    for (const std::string& filter : filters) {
        const std::uint32_t identifier = identifier_of(filter);
        const auto known = identified_.emplace(identifier, filter).first;
        send_subscribe({filter}, known->second == filter ? identifier : 0);
    }
}

void Subscriber::send_subscribe(const std::vector<std::string>& filters, std::uint32_t identifier) {
    client::SubscribeRequest request;
    for (const std::string& filter : filters)
        request.subscriptions.push_back({filter, settings_.options});
    request.properties = settings_.subscribe_properties;
    if (identifier != 0)
        request.properties.number(mqtt::PropertyId::subscription_identifier, identifier);
    const auto result = client_.subscribe(request);
    if (result.has_value()) subscribing_[*result] = filters;
    note_request(result);
}

void Subscriber::note_request(const base::Result<client::Token, client::Refusal>& result) {
    if (result.has_error()) {
        fail(cli::ToolError(cli::ExitCode::denied, result.error().what));
    } else {
        ++unanswered_;
    }
}

void Subscriber::on_subscribed(client::Token token, const std::vector<mqtt::ReasonCode>& reasons) {
    const std::vector<std::string> filters = std::move(subscribing_[token]);
    subscribing_.erase(token);
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (!is_error(reasons[i])) continue;
        ++denied_;
        console_.warning(
            "the broker refused the subscription to \"" + base::escaped(filters[i]) +
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
        if (changed || i >= settings_.unsubscribe.size()) continue;
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

bool Subscriber::is_filtered_out(const mqtt::Publish& packet) const {
    const auto& out = settings_.filter.filter_out;
    return std::any_of(out.begin(), out.end(), [&packet](const std::string& filter) {
        return mqtt::topic::matches(filter, packet.topic);
    });
}

/// Empty when it is not known for sure.
std::vector<std::string_view> Subscriber::filters_of(const mqtt::Publish& packet) const {
    std::vector<std::string_view> filters;
    if (!packet.properties.has(mqtt::PropertyId::subscription_identifier)) return filters;
    for (const mqtt::PropertyView& property : packet.properties) {
        if (property.id != mqtt::PropertyId::subscription_identifier) continue;
        const auto known = identified_.find(property.number);
        if (known == identified_.end()) return {};
        filters.push_back(known->second);
    }
    return filters;
}

// What is left over when it is enough is not acknowledged: it comes again.
void Subscriber::on_delivery(client::engine::DeliveryId id, const mqtt::Publish& packet) {
    if (leaving_ || enough_) return;
    last_message_ = std::chrono::steady_clock::now();
    if (settings_.filter.retained_only && !packet.retain) {
        enough_ = true;
        sink_->finish();
        return;
    }
    if (is_filtered_out(packet) || !is_wanted(packet)) {
        if (id != 0) acknowledge(id);
        return;
    }
    if (settings_.remove_retained && packet.retain) remove_retained(packet);
    enough_ = ++messages_ == settings_.count;
    sink_->take(id, packet, filters_of(packet));
    if (enough_) sink_->finish();
}

void Subscriber::acknowledge(client::engine::DeliveryId id) {
    client_.acknowledge(id);
}

base::Result<client::Token, client::Refusal> Subscriber::publish(client::Message message) {
    return client_.publish(std::move(message));
}

void Subscriber::on_sink_stop() {
    leave();
}

void Subscriber::on_sink_idle() {
    sink_over_ = true;
    leave();
}

/// A handler may take its time, and then only the session knows of its message.
void Subscriber::warn_of_loss() {
    const client::engine::SessionOptions& session = settings_.connect.session;
    const bool is_kept = !session.clean_start || session.session_expiry_interval != 0;
    if (handlers_ == nullptr || is_kept) return;
    console_.warning("messages that come while this program does not run are lost, and those that "
                     "are not handled when it ends: -c -i ID keeps them");
}

void Subscriber::on_message(const mqtt::Publish& packet) {
    if (leaving_) return;
    last_message_ = std::chrono::steady_clock::now();
    if (settings_.filter.retained_only && !packet.retain) {
        leave(); // the retained ones come first
        return;
    }
    if (is_filtered_out(packet)) return;
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

void Subscriber::on_published(client::Token token, const client::Published& published) {
    if (sink_ && sink_->on_published(token, published)) return;
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
    if (sink_ && !sink_over_) return sink_->drain(); // on_sink_idle() comes back
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
        const bool at_work = sink_ && !sink_->idle();
        if (at_work) last_message_ = std::chrono::steady_clock::now();
        if (at_work || idle < settings_.idle_timeout) {
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
    if (sink_) sink_->stop();
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

void Subscriber::watch_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error) on_signal(signal);
    });
}

void Subscriber::on_signal(int signal) {
    if (signal == SIGHUP) {
        reload_rules();
        return watch_signals();
    }
    if (leaving_ && sink_) { // the second one: handlers do not outlive this program
        signal_ = signal;
        sink_->stop();
        return context_.stop();
    }
    if (sink_) {
        watch_signals();
    } else {
        signals_.clear(); // a second one ends the program at once
    }
    // Listening until interrupted is the usual way to use it; not so before it has begun.
    if (!was_connected_) signal_ = signal;
    leave();
}

// A file with an error changes nothing. Filters of the command line stay as they are.
void Subscriber::reload_rules() {
    RulesFile file;
    try {
        file = read_rules(settings_.handlers.rules_file);
    } catch (const std::exception& error) {
        console_.warning("the rules stay as they were: " + std::string(error.what()));
        return;
    }
    const std::vector<std::string> wanted =
        settings_.filters_of_rules ? mqtt_sub::filters_of(file.rules) : filters_;
    handlers_->replace_rules(std::move(file.rules), file.match);
    const auto missing_in = [](const auto& from, const auto& in) {
        std::vector<std::string> missing;
        for (const std::string& filter : from) {
            if (std::find(in.begin(), in.end(), filter) == in.end()) missing.push_back(filter);
        }
        return missing;
    };
    const std::vector<std::string> added = missing_in(wanted, filters_);
    const std::vector<std::string> removed = missing_in(filters_, wanted);
    filters_ = wanted;
    console_.note("the rules were read again");
    if (!client_.connected()) return;
    if (!added.empty()) subscribe_to(added);
    if (removed.empty()) return;
    client::UnsubscribeRequest request;
    request.filters = removed;
    note_request(client_.unsubscribe(std::move(request)));
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
