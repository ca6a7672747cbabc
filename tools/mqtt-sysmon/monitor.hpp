// One run of mqtt-sysmon: connects to the brokers or reads a recording, keeps what they say, and
// shows it in the way that was asked for. Owned by main, on one thread.
#pragma once

#include "common/base/entropy.hpp"
#include "common/cli/console.hpp"
#include "common/cli/error.hpp"
#include "common/client/client.hpp"
#include "tools/mqtt-sysmon/broker_state.hpp"
#include "tools/mqtt-sysmon/monitor_settings.hpp"
#include "tools/mqtt-sysmon/recording.hpp"
#include "tools/mqtt-sysmon/screen.hpp"
#include "tools/mqtt-sysmon/terminal.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstddef>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace mqtt_sysmon {

class Monitor {
public:
    /// All outlive the monitor.
    Monitor(
        boost::asio::io_context& context,
        const MonitorSettings& settings,
        cli::Console& console,
        std::ostream& out
    );
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    ~Monitor();

    /// Runs the io_context until everything is done. Throws ToolError.
    cli::Outcome run();

private:
    class Source;

    struct Moment {
        base::SteadyTime steady;
        base::WallTime wall;
    };

    /// Of a recording, its own time.
    [[nodiscard]] Moment now() const;
    void add_recorded_brokers();
    void replay_at_once();
    void replay_what_is_due();
    void on_value(std::size_t broker, std::string_view topic, std::string_view payload);
    void tick_later();
    void tick();
    void on_round(std::size_t broker);
    void show_round(const BrokerState& broker);
    void write_prometheus();
    [[nodiscard]] bool is_enough() const;
    void finish_once();
    void finish_check();
    void on_connection_failed(std::size_t broker, const cli::ToolError& error);
    void watch_signals();
    void read_terminal();
    void on_key(const KeyPress& press);
    void draw_screen();
    void leave();
    [[nodiscard]] std::vector<const BrokerState*> all() const;

    boost::asio::io_context& context_;
    const MonitorSettings& settings_;
    cli::Console& console_;
    std::ostream& out_;
    base::SystemEntropy entropy_;
    std::vector<std::unique_ptr<BrokerState>> brokers_;
    std::vector<std::unique_ptr<Source>> sources_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    boost::asio::posix::stream_descriptor keys_;
    std::array<char, 64> key_bytes_{};
    std::optional<Terminal> terminal_;
    ScreenOptions screen_;
    std::ofstream record_;
    std::vector<RecordedMessage> recording_;
    std::size_t replayed_ = 0;
    std::chrono::milliseconds replay_time_{0};
    Moment start_;
    bool header_written_ = false;
    bool leaving_ = false;
    int ticks_ = 0;
    cli::Outcome outcome_;
    std::optional<cli::ToolError> error_;
};

} // namespace mqtt_sysmon
