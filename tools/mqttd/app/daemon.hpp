// The process around the broker: start, signals, reload, end. Runs on the main thread and owns
// everything; the broker below it knows nothing of files, signals or users.
#pragma once

#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "tools/mqttd/app/account.hpp"
#include "tools/mqttd/app/broker.hpp"
#include "tools/mqttd/app/command_line.hpp"
#include "tools/mqttd/app/open_listeners.hpp"
#include "tools/mqttd/app/pid_file.hpp"
#include "tools/mqttd/app/signal_queue.hpp"
#include "tools/mqttd/app/start_config.hpp"
#include "tools/mqttd/app/systemd_notifier.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/config/reload_plan.hpp"
#include "tools/mqttd/logging/logger.hpp"

#include <optional>
#include <string>

namespace mqttd {

class Daemon {
public:
    /// config: checked, with the command line applied. Blocks the signals that it handles.
    Daemon(CommandLine command, StartConfig start);

    /// Opens files and sockets, drops rights and starts the broker; throws StartError.
    void start();
    /// Says on standard error, and in the log when that is elsewhere, why start() failed.
    void refuse(const ConfigError& error);
    /// Until TERM or INT; the broker has stopped then.
    void serve();

private:
    void say_hello();
    void start_broker(std::vector<OpenListener> listeners);
    /// False: it is the end.
    [[nodiscard]] bool handle(int signal);
    void reload();
    [[nodiscard]] bool apply(const ReloadPlan& plan, const AccessFiles& files);
    void warn_of_unreadable_files(const Account& account);
    void tell(const ReloadPlan& plan);
    void dump_tree();
    void reopen_log();
    void show_life();
    void stop(int signal);

    void log(base::LogLevel level, std::string line) { logger_.write(level, std::move(line)); }

    CommandLine command_;
    BrokerConfig config_;
    AccessFiles files_; ///< until the broker starts
    SignalQueue signals_;
    base::SystemClock clock_;
    base::SystemEntropy entropy_;
    SystemdNotifier notifier_;
    Logger logger_;
    std::optional<PidFile> pid_file_;
    std::optional<Broker> broker_;
};

} // namespace mqttd
