#include "tools/mqtt-sysmon/monitor.hpp"

#include "common/base/escape.hpp"
#include "common/cli/connection_error.hpp"
#include "common/cli/read_whole.hpp"
#include "common/cli/style.hpp"
#include "common/cli/trace_line.hpp"
#include "common/cli/words.hpp"
#include "common/client/engine/words.hpp"
#include "common/net/destination.hpp"
#include "tools/mqtt-sysmon/report.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

namespace mqtt_sysmon {

using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds tick_interval{250};
constexpr int ticks_a_frame = 4;
constexpr std::size_t largest_recording = std::size_t{256} << 20U;

} // namespace

/// The connection to one broker.
class Monitor::Source final : private client::ClientEvents {
public:
    Source(Monitor& monitor, std::size_t number, const client::ConnectOptions& options)
        : monitor_(monitor)
        , number_(number)
        , server_(net::to_text(options.destination))
        , client_(monitor.context_, options, *this, monitor.entropy_) {}

    void start() { client_.start(); }

    void leave() { client_.disconnect(); }

private:
    BrokerState& state() { return *monitor_.brokers_[number_]; }

    void on_connected(const client::Connected&) override {
        const Moment now = monitor_.now();
        state().on_connected(now.steady, now.wall);
        client::SubscribeRequest request;
        for (const std::string& filter : monitor_.settings_.filters)
            request.subscriptions.push_back({filter, {}});
        static_cast<void>(client_.subscribe(request));
    }

    void on_message(const mqtt::Publish& packet) override {
        monitor_.on_value(number_, packet.topic, base::as_text(packet.payload));
    }

    void on_subscribed(client::Token, const std::vector<mqtt::ReasonCode>& reasons) override {
        const bool denied =
            std::all_of(reasons.begin(), reasons.end(), [](mqtt::ReasonCode reason) {
                return is_error(reason);
            });
        if (!denied) return;
        monitor_.on_connection_failed(
            number_,
            cli::ToolError(
                cli::ExitCode::denied,
                server_ + " refused the subscription: " +
                    client::engine::lower_first(name_of(reasons.front())),
                "its access rules have to allow reading below $SYS"
            )
        );
    }

    void on_retry(const client::Failure& failure, milliseconds) override {
        const Moment now = monitor_.now();
        state().on_lost(cli::describe_failure(failure, server_), now.steady, now.wall);
        if (monitor_.leaving_) client_.disconnect();
    }

    void on_ended(const std::optional<client::Failure>& failure) override {
        if (!failure || monitor_.leaving_) return;
        const Moment now = monitor_.now();
        state().on_lost(cli::describe_failure(*failure, server_), now.steady, now.wall);
        monitor_.on_connection_failed(number_, cli::connection_error(*failure, server_));
    }

    [[nodiscard]] bool wants_trace() const override { return monitor_.console_.wants_debug(); }

    void on_packet(const client::engine::PacketTrace& trace) override {
        monitor_.console_.debug(cli::trace_line(trace));
    }

    Monitor& monitor_;
    std::size_t number_;
    std::string server_;
    client::Client client_;
};

Monitor::Monitor(
    boost::asio::io_context& context,
    const MonitorSettings& settings,
    cli::Console& console,
    std::ostream& out
)
    : context_(context)
    , settings_(settings)
    , console_(console)
    , out_(out)
    , signals_(context, SIGINT, SIGTERM)
    , timer_(context)
    , keys_(context)
    , start_{std::chrono::steady_clock::now(), std::chrono::system_clock::now()} {
    for (const client::ConnectOptions& options : settings.brokers) {
        brokers_.push_back(
            std::make_unique<BrokerState>(net::to_text(options.destination), settings.history)
        );
        sources_.push_back(std::make_unique<Source>(*this, sources_.size(), options));
    }
    if (!settings.replay_file.empty()) add_recorded_brokers();
    if (settings.record_file.empty()) return;
    record_.open(settings.record_file, std::ios::app);
    if (!record_) {
        throw cli::ToolError(
            cli::ExitCode::local_error,
            "cannot write to " + base::in_quotes(settings.record_file) + ": " +
                std::strerror(errno) // NOLINT(concurrency-mt-unsafe)
        );
    }
}

Monitor::~Monitor() = default;

Monitor::Moment Monitor::now() const {
    if (settings_.replay_file.empty())
        return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
    return {start_.steady + replay_time_, start_.wall + replay_time_};
}

std::vector<const BrokerState*> Monitor::all() const {
    std::vector<const BrokerState*> states;
    for (const auto& broker : brokers_)
        states.push_back(broker.get());
    return states;
}

cli::Outcome Monitor::run() {
    const bool replays = !settings_.replay_file.empty();
    if (replays && settings_.mode != Mode::screen) {
        replay_at_once();
        return outcome_;
    }
    if (settings_.mode == Mode::screen) {
        terminal_.emplace();
        signals_.add(SIGWINCH);
        screen_.color = cli::use_color(cli::ColorMode::automatic, STDOUT_FILENO);
        screen_.ascii = settings_.ascii;
        keys_.assign(::dup(STDIN_FILENO));
        read_terminal();
        draw_screen();
    }
    watch_signals();
    for (const auto& source : sources_)
        source->start();
    tick_later();
    context_.run();
    terminal_.reset();
    if (error_) throw cli::ToolError(*error_);
    return outcome_;
}

// --- a recording ---

void Monitor::add_recorded_brokers() {
    const std::string text =
        cli::read_file(settings_.replay_file, largest_recording, "the recording");
    std::string_view rest = text;
    std::size_t brokers = 0;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        auto message = parse_record(line);
        constexpr std::size_t most_brokers = 100;
        if (!message || message->broker >= most_brokers) {
            throw cli::ToolError(
                cli::ExitCode::local_error,
                settings_.replay_file + ":" + std::to_string(number) + " is no line of a recording",
                "recordings are made by --record"
            );
        }
        brokers = std::max(brokers, message->broker + 1);
        recording_.push_back(*std::move(message));
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(brokers, 1); ++i) {
        brokers_.push_back(
            std::make_unique<BrokerState>("recorded " + std::to_string(i + 1), settings_.history)
        );
        brokers_.back()->on_connected(start_.steady, start_.wall);
    }
}

void Monitor::replay_what_is_due() {
    for (; replayed_ < recording_.size() && recording_[replayed_].at <= replay_time_; ++replayed_) {
        const RecordedMessage& message = recording_[replayed_];
        on_value(message.broker, message.topic, message.payload);
    }
}

void Monitor::replay_at_once() {
    const milliseconds end =
        (recording_.empty() ? milliseconds(0) : recording_.back().at) + std::chrono::seconds(1);
    while (replay_time_ <= end && !leaving_) {
        replay_what_is_due();
        tick();
        replay_time_ += tick_interval;
    }
    if (!leaving_ && settings_.mode == Mode::once) finish_once();
}

// --- what comes ---

void Monitor::on_value(std::size_t broker, std::string_view topic, std::string_view payload) {
    const Moment moment = now();
    brokers_[broker]->on_value(topic, payload, moment.steady, moment.wall);
    if (!record_.is_open()) return;
    const auto at = std::chrono::duration_cast<milliseconds>(moment.steady - start_.steady);
    record_ << record_line({at, broker, std::string(topic), std::string(payload)}) << std::endl;
}

void Monitor::tick_later() {
    timer_.expires_after(tick_interval);
    timer_.async_wait([this](const error_code& error) {
        if (error || leaving_) return;
        if (!settings_.replay_file.empty()) {
            replay_time_ += tick_interval;
            replay_what_is_due();
        }
        tick();
        if (!leaving_) tick_later();
    });
}

void Monitor::tick() {
    ++ticks_;
    const Moment moment = now();
    for (std::size_t i = 0; i < brokers_.size() && !leaving_; ++i) {
        if (brokers_[i]->tick(moment.steady, moment.wall)) on_round(i);
    }
    if (leaving_) return;
    const bool is_frame = ticks_ % ticks_a_frame == 0;
    if (settings_.mode == Mode::screen && is_frame && !screen_.paused) draw_screen();
    // A file that stays as it was would look as if all were well.
    constexpr int ticks_a_file = 40;
    if (settings_.format == Format::prometheus && settings_.mode != Mode::once &&
        ticks_ % ticks_a_file == 0)
        write_prometheus();
    const bool is_late = settings_.mode == Mode::once && settings_.timeout.count() > 0 &&
                         moment.steady - start_.steady > settings_.timeout;
    if (is_late) finish_once();
}

void Monitor::on_round(std::size_t broker) {
    if (settings_.mode == Mode::once) {
        if (is_enough()) finish_once();
        return;
    }
    if (settings_.mode == Mode::watch) show_round(*brokers_[broker]);
}

bool Monitor::is_enough() const {
    const auto needs_rate = [](const Condition& condition) {
        return condition.needs_rate();
    };
    const bool rates =
        settings_.format == Format::csv ||
        std::any_of(settings_.critical.begin(), settings_.critical.end(), needs_rate) ||
        std::any_of(settings_.warning.begin(), settings_.warning.end(), needs_rate);
    const std::uint64_t rounds = rates ? 2 : 1;
    return std::all_of(brokers_.begin(), brokers_.end(), [rounds](const auto& broker) {
        return broker->rounds() >= rounds;
    });
}

void Monitor::show_round(const BrokerState& broker) {
    const Moment moment = now();
    switch (settings_.format) {
    case Format::text:
        out_ << summary_line(broker, moment.steady, moment.wall) << std::endl;
        break;
    case Format::json:
        out_ << json_line(broker, moment.steady, moment.wall) << std::endl;
        break;
    case Format::csv:
        if (!std::exchange(header_written_, true)) out_ << csv_header() << "\n";
        out_ << csv_line(broker, moment.steady, moment.wall) << std::endl;
        break;
    case Format::prometheus:
        write_prometheus();
        break;
    }
    if (!out_) leave(); // nobody reads any more
}

// Whoever reads the file sees all of it, old or new.
void Monitor::write_prometheus() {
    const std::string text = prometheus_text(all(), now().steady);
    if (settings_.prometheus_file == "-") {
        out_ << text << std::flush;
        return;
    }
    const std::string fresh = settings_.prometheus_file + ".new";
    std::ofstream file(fresh, std::ios::trunc);
    file << text;
    file.close();
    if (file && std::rename(fresh.c_str(), settings_.prometheus_file.c_str()) == 0) return;
    error_.emplace(
        cli::ExitCode::local_error,
        "cannot write " + base::in_quotes(settings_.prometheus_file) + ": " +
            std::strerror(errno) // NOLINT(concurrency-mt-unsafe)
    );
    leave();
}

// --- one round ---

void Monitor::finish_once() {
    if (settings_.checks()) {
        finish_check();
    } else if (settings_.format == Format::prometheus) {
        write_prometheus();
    } else {
        for (const auto& broker : brokers_) {
            if (settings_.format != Format::text) {
                show_round(*broker);
                continue;
            }
            if (brokers_.size() > 1) out_ << "# " << broker->name() << "\n";
            out_ << all_lines(*broker, now().steady) << std::flush;
        }
    }
    const bool is_late = !is_enough();
    if (is_late && !settings_.checks() && settings_.replay_file.empty()) {
        error_.emplace(
            cli::ExitCode::timed_out,
            "timed out after " + cli::seconds_text(settings_.timeout) +
                ": not every value has come",
            "does the broker publish $SYS, and may this user read it? mosquitto and mqttd: "
            "sys_interval"
        );
    }
    leave();
}

// The codes are those of monitoring plugins.
void Monitor::finish_check() {
    const PluginResult result =
        check_brokers(all(), settings_.critical, settings_.warning, now().steady);
    out_ << result.text << std::endl;
    outcome_.code = static_cast<cli::ExitCode>(result.code);
}

void Monitor::on_connection_failed(std::size_t broker, const cli::ToolError& error) {
    if (leaving_) return;
    if (settings_.checks()) {
        out_ << "UNKNOWN: " << error.what() << std::endl;
        outcome_.code = static_cast<cli::ExitCode>(plugin_unknown);
        return leave();
    }
    // The others go on, when there are others.
    const bool is_last = brokers_.size() == 1 || settings_.mode == Mode::once;
    if (is_last) {
        error_ = error;
        leave();
    } else if (settings_.mode == Mode::watch) {
        console_.warning(brokers_[broker]->name() + ": " + error.what());
    }
}

// --- the terminal ---

void Monitor::watch_signals() {
    signals_.async_wait([this](const error_code& error, int signal) {
        if (error) return;
        if (signal == SIGWINCH) {
            draw_screen();
            watch_signals();
        } else {
            leave();
        }
    });
}

void Monitor::read_terminal() {
    keys_.async_read_some(
        boost::asio::buffer(key_bytes_),
        [this](const error_code& error, std::size_t size) {
            if (error == boost::asio::error::operation_aborted) return;
            if (error) return leave(); // the terminal is gone
            for (const KeyPress& press : read_keys({key_bytes_.data(), size}))
                on_key(press);
            if (leaving_) return;
            draw_screen();
            read_terminal();
        }
    );
}

void Monitor::on_key(const KeyPress& press) {
    if (screen_.typing) {
        if (press.key == Key::enter) screen_.typing = false;
        if (press.key == Key::escape) {
            screen_.typing = false;
            screen_.filter.clear();
        }
        if (press.key == Key::backspace && !screen_.filter.empty()) screen_.filter.pop_back();
        if (press.key == Key::character) screen_.filter += press.character;
        screen_.first_row = 0;
        return;
    }
    if (press.key == Key::down) ++screen_.first_row;
    if (press.key == Key::up && screen_.first_row > 0) --screen_.first_row;
    switch (press.character) {
    case 'q':
        leave();
        break;
    case 'p':
        screen_.paused = !screen_.paused;
        break;
    case 's':
        screen_.sort = static_cast<SortBy>((static_cast<unsigned>(screen_.sort) + 1) % 3);
        break;
    case '/':
        screen_.typing = true;
        break;
    case '?':
        screen_.help = !screen_.help;
        break;
    default:
        break;
    }
}

void Monitor::draw_screen() {
    if (!terminal_ || leaving_) return;
    const Terminal::Size size = Terminal::size();
    screen_.width = size.width;
    screen_.height = size.height;
    const Moment moment = now();
    Terminal::show(draw(all(), screen_, moment.steady, moment.wall));
}

void Monitor::leave() {
    if (std::exchange(leaving_, true)) return;
    timer_.cancel();
    signals_.cancel();
    error_code ignored;
    keys_.close(ignored);
    for (const auto& source : sources_)
        source->leave();
}

} // namespace mqtt_sysmon
