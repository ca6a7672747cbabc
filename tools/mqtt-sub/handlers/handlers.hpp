// Runs the handlers of received messages: finds the rules of each, starts their processes when it
// is their turn, tries again, writes dead letters, and has a message acknowledged when all of that
// is over. Owned by the subscriber, on the thread of the io_context, which goes on with the
// connection while handlers work. [MQTT-4.3.2] [MQTT-4.6.0-2]
#pragma once

#include "common/base/entropy.hpp"
#include "common/cli/console.hpp"
#include "common/client/client.hpp"
#include "tools/mqtt-sub/handlers/attempt_store.hpp"
#include "tools/mqtt-sub/handlers/delivery_sink.hpp"
#include "tools/mqtt-sub/handlers/handler_settings.hpp"
#include "tools/mqtt-sub/handlers/held_message.hpp"
#include "tools/mqtt-sub/handlers/process.hpp"
#include "tools/mqtt-sub/handlers/rule.hpp"
#include "tools/mqtt-sub/handlers/scheduler.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mqtt_sub {

class Handlers final : public DeliverySink {
public:
    /// All outlive it.
    Handlers(
        boost::asio::io_context& context,
        const HandlerSettings& settings,
        cli::Console& console,
        base::Entropy& entropy,
        DeliveryHost& host
    );
    Handlers(const Handlers&) = delete;
    Handlers& operator=(const Handlers&) = delete;
    ~Handlers() override;

    void take(
        client::engine::DeliveryId id,
        const mqtt::Publish& packet,
        const std::vector<std::string_view>& filters
    ) override;
    bool on_published(client::Token token, const client::Published& published) override;
    void finish() override;
    /// What runs has the grace period.
    void drain() override;
    [[nodiscard]] bool idle() const override;
    void stop() override;

    /// Other rules from now on; messages that are there keep theirs.
    void replace_rules(std::vector<Rule> rules, Match match);

private:
    struct Counts {
        std::uint64_t received = 0;
        std::uint64_t started = 0;
        std::uint64_t done = 0;
        std::uint64_t failed = 0; ///< attempts
        std::uint64_t dead = 0;
        std::uint64_t dropped = 0;
    };

    /// A rule at work.
    struct Lane {
        explicit Lane(Rule chosen) : rule(std::move(chosen)), scheduler(rule.limits) {}

        Rule rule;
        Scheduler scheduler;
        Counts counts;
        bool retired = false; ///< the rules file does not have it any more
    };

    /// A message until all of its rules are done with it.
    struct Delivery {
        client::engine::DeliveryId id = 0;
        HeldMessage message;
        std::size_t open_jobs = 0;
    };

    struct Job {
        std::shared_ptr<Delivery> delivery;
        std::shared_ptr<Lane> lane;
        std::string key;
        AttemptStore::Attempts attempts;
        std::unique_ptr<Process> process;
        /// What is published before the job is over, until the broker has it.
        std::optional<client::Message> outgoing;
        bool is_dead = false; ///< outgoing is its dead letter
        bool stops = false;   ///< exit code 99
    };

    void warn_now_and_then(const std::string& what);
    void add_job(const std::shared_ptr<Delivery>& delivery, const std::shared_ptr<Lane>& lane);
    void start_ready();
    void start(JobNumber number, Job& job);
    void on_process_end(JobNumber number, ProcessEnd end);
    void judge(JobNumber number, Job& job, ProcessEnd& end);
    void fail(JobNumber number, Job& job, const std::string& why);
    void give_up(JobNumber number, Job& job, const std::string& why, std::string_view error_tail);
    [[nodiscard]] bool write_dead_letter(const Job& job, const std::string& line);
    void send(JobNumber number, Job& job);
    void send_later(JobNumber number);
    void settle(JobNumber number, bool succeeded);
    void after_change();
    void arm_timer();
    void watch_children();
    void reap();
    void publish_stats();
    void show_stats_later();
    void make_lanes(std::vector<Rule> rules, Match match);

    boost::asio::io_context& context_;
    const HandlerSettings& settings_;
    cli::Console& console_;
    base::Entropy& entropy_;
    DeliveryHost& host_;
    AttemptStore store_;
    std::string host_name_;
    Match match_ = Match::all;
    std::vector<Rule> rules_;
    std::vector<std::shared_ptr<Lane>> lanes_; ///< of rules_, then those that are retired
    std::map<JobNumber, Job> jobs_;
    std::map<client::Token, JobNumber> published_;
    JobNumber last_job_ = 0;
    std::size_t waiting_deliveries_ = 0;
    boost::asio::signal_set child_signals_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer grace_timer_;
    boost::asio::steady_timer stats_timer_;
    std::map<JobNumber, std::unique_ptr<boost::asio::steady_timer>> send_timers_;
    std::optional<base::SteadyTime> warned_;
    bool finishing_ = false;
    bool draining_ = false;
    bool grace_over_ = false; ///< only processes are waited for
    bool stopped_ = false;
    bool check_posted_ = false;
};

} // namespace mqtt_sub
