#include "tools/mqttd/app/daemon.hpp"

#include "common/base/escape.hpp"
#include "tools/mqttd/app/account.hpp"
#include "tools/mqttd/app/listener_change.hpp"
#include "tools/mqttd/app/log_topic_sink.hpp"
#include "tools/mqttd/app/open_store.hpp"
#include "tools/mqttd/app/start_config.hpp"
#include "tools/mqttd/app/start_error.hpp"
#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/load_certificates.hpp"
#include "tools/mqttd/config/value.hpp"
#include "tools/mqttd/logging/open_sinks.hpp"
#include "tools/mqttd/sys/version.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <numeric>
#include <string_view>
#include <utility>

namespace mqttd {

namespace {

constexpr std::chrono::seconds dump_patience{2};

std::string quoted_name(const CommandLine& command) {
    return command.config_file.empty() ? "the configuration" : command.config_file;
}

/// Sockets are files; the soft limit is meant for programs that use select(2).
void raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string log_text(const ConfigError& error) {
    std::string text;
    if (!error.file.empty()) {
        text = error.file;
        if (error.line != 0) text += ':' + std::to_string(error.line);
        text += ": ";
    }
    text += error.message;
    if (!error.hint.empty()) text += "; hint: " + error.hint;
    return text;
}

} // namespace

Daemon::Daemon(CommandLine command, StartConfig start)
    : command_(std::move(command))
    , config_(std::move(start.config))
    , files_(std::move(start.files))
    , notifier_(SystemdNotifier::from_environment())
    , logger_(clock_) {}

void Daemon::start() {
    raise_open_file_limit();
    const auto account = account_for(config_);
    if (!account) throw StartError(account.error());
    if (*account && !config_.log.file.empty()) make_file_for(**account, config_.log.file);
    auto sinks = open_sinks(config_);
    if (!sinks) throw StartError(sinks.error());
    logger_.use(log_settings(config_.log), std::move(*sinks));
    say_hello();
    std::vector<std::size_t> places(config_.listeners.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    auto listeners = open_listeners(config_, places);
    if (!listeners) throw StartError(listeners.error());
    log_listeners(*listeners, logger_);
    if (!config_.pid_file.empty()) {
        auto written = PidFile::write(config_.pid_file);
        if (!written) {
            throw StartError(error_at(
                origin_of(config_, "pid_file"),
                "cannot write pid_file " + base::in_quotes(config_.pid_file) + ": " +
                    written.error().message,
                written.error().hint
            ));
        }
        pid_file_.emplace(std::move(*written));
    }
    if (*account) {
        if (const auto error = become(**account)) throw StartError(*error);
        log(base::LogLevel::information, "running as the user " + (*account)->name);
        warn_of_unreadable_files(**account);
    }
    start_broker(std::move(listeners->sockets));
}

/// They were read with the rights of the start; a reload has to do without those.
void Daemon::warn_of_unreadable_files(const Account& account) {
    const auto look = [&](const char* option, const std::string& path) {
        if (::access(path.c_str(), R_OK) == 0) return;
        log(base::LogLevel::warning,
            std::string(option) + ' ' + base::in_quotes(path) + ": the user " + account.name +
                " cannot read it, so a reload will fail; hint: chgrp " + account.name +
                " FILE and chmod 640 FILE");
    };
    for (const auto& [path, file] : files_.passwords)
        look("password_file", path);
    for (const auto& [path, file] : files_.rules)
        look("acl_file", path);
}

void Daemon::refuse(const ConfigError& error) {
    std::cerr << to_text(error) << std::endl;
    if (!config_.log.to_stderr) log(base::LogLevel::error, log_text(error));
}

void Daemon::say_hello() {
    log(base::LogLevel::information, std::string(version_text()) + " starting");
    if (!command_.config_file.empty()) {
        log(base::LogLevel::information, "the configuration is " + command_.config_file);
    }
    if (!config_.local_only) return;
    log(base::LogLevel::information,
        "local only mode, because the configuration has no listener: clients of this machine can "
        "connect, others cannot");
}

void Daemon::start_broker(std::vector<OpenListener> listeners) {
    broker_.emplace(config_, std::exchange(files_, {}), logger_, clock_, entropy_);
    if (config_.persistence.on) {
        const auto restored = broker_->use_store(open_store(config_, logger_, clock_.wall_now()));
        if (restored.has_error()) refuse_store(config_, restored.error());
    }
    for (OpenListener& open : listeners)
        broker_->add_listener(std::move(open.socket), open.listener);
    broker_->start();
    if (config_.persistence.on) broker_->answer_for_store(store_path(config_.persistence));
    if (config_.log.to_topic) {
        logger_.publish_through(std::make_unique<LogTopicSink>(*broker_, timestamp_of(config_.log))
        );
    }
    log(base::LogLevel::information, std::string(version_text()) + " running");
    notifier_.ready();
}

void Daemon::serve() {
    bool running = true;
    while (running) {
        const auto signal = signals_.next(notifier_.alive_interval());
        if (signal) {
            running = handle(*signal);
        } else {
            show_life();
        }
    }
}

bool Daemon::handle(int signal) {
    if (signal == SIGHUP) {
        reload();
    } else if (signal == SIGUSR2) {
        dump_tree();
    } else if (signal == SIGUSR1 || signal == SIGRTMIN) {
        reopen_log();
    } else {
        stop(signal);
        return false;
    }
    return true;
}

void Daemon::reload() {
    notifier_.reloading(
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.now().time_since_epoch())
    );
    logger_.reopen();
    log(base::LogLevel::information, "reloading " + quoted_name(command_));
    ConfigResult fresh = read_reload_config(command_);
    std::optional<ReloadPlan> plan;
    AccessFiles files;
    if (fresh) {
        plan = compare(config_, *fresh);
        files = read_access_files(plan->config, fresh.errors, fresh.warnings);
        load_certificates(plan->config, fresh.errors, fresh.warnings);
    }
    for (const ConfigError& warning : fresh.warnings)
        log(base::LogLevel::warning, log_text(warning));
    for (const ConfigError& error : fresh.errors)
        log(base::LogLevel::error, log_text(error));
    if (fresh) {
        if (apply(*plan, files)) tell(*plan);
    } else {
        log(base::LogLevel::error, "nothing was reloaded; the running configuration stays in use");
    }
    notifier_.ready();
}

/// What can fail, the log file and the new sockets, goes first.
bool Daemon::apply(const ReloadPlan& plan, const AccessFiles& files) {
    auto sinks = open_sinks(plan.config);
    ListenerChange listeners(plan, *broker_, logger_);
    const auto error = sinks ? listeners.open() : std::optional(sinks.error());
    if (error) {
        log(base::LogLevel::error, log_text(*error));
        log(base::LogLevel::error, "nothing was reloaded; the running configuration stays in use");
        return false;
    }
    config_ = plan.config;
    logger_.use(log_settings(config_.log), std::move(*sinks));
    logger_.publish_through(
        config_.log.to_topic ? std::make_unique<LogTopicSink>(*broker_, timestamp_of(config_.log))
                             : nullptr
    );
    listeners.close_old();
    broker_->reload(config_, files);
    listeners.use_new();
    return true;
}

void Daemon::tell(const ReloadPlan& plan) {
    for (const OptionChange& change : plan.applied)
        log(base::LogLevel::notice, describe_applied(change));
    for (const OptionChange& change : plan.needs_restart)
        log(base::LogLevel::warning, describe_delayed(change));
    log(base::LogLevel::notice,
        plan.empty() ? "reloaded; nothing has changed"
                     : "reloaded; " + std::to_string(plan.applied.size()) + " changed, " +
                           std::to_string(plan.needs_restart.size()) + " need a restart");
}

void Daemon::dump_tree() {
    const std::string text = broker_->tree_text();
    std::string_view left = text;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        const bool taken = logger_.write_patiently(
            base::LogLevel::notice, std::string(left.substr(0, end)), dump_patience
        );
        if (!taken) return;
        left.remove_prefix(std::min(end + 1, left.size()));
    }
}

void Daemon::reopen_log() {
    logger_.reopen();
    log(base::LogLevel::information, "the log was opened anew");
}

/// A shard that does not answer is stuck; the manager ends the process when it hears nothing.
void Daemon::show_life() {
    const auto interval = notifier_.alive_interval();
    if (!interval) return;
    if (broker_->answers_within(*interval)) {
        notifier_.alive();
    } else {
        log(base::LogLevel::error,
            "a shard did not answer within " + std::to_string(interval->count()) + " ms");
    }
}

void Daemon::stop(int signal) {
    notifier_.stopping();
    log(base::LogLevel::information,
        std::string(version_text()) + " stops because of signal " + std::to_string(signal));
    SignalQueue::end_at_next_signal();
    logger_.publish_through(nullptr);
    broker_->stop();
    broker_.reset();
    pid_file_.reset();
    log(base::LogLevel::information, "stopped");
}

} // namespace mqttd
