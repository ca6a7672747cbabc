#include "tools/mqtt-sub/handlers/handlers.hpp"

#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/cli/message_format.hpp"
#include "common/cli/message_json.hpp"
#include "common/cli/words.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqtt-sub/handlers/dead_letter.hpp"
#include "tools/mqtt-sub/handlers/environment.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace mqtt_sub {

using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr std::chrono::seconds stats_interval{10};
constexpr std::chrono::seconds publish_again{1};
constexpr std::chrono::minutes warning_interval{1};

base::SteadyTime now() {
    return std::chrono::steady_clock::now();
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    return name.data();
}

std::string outcome_of(const ProcessEnd& end, milliseconds timeout) {
    if (!end.problem.empty()) return "it cannot be started: " + end.problem;
    if (end.timed_out) return "timed out after " + cli::seconds_text(timeout);
    if (end.output_too_large) return "its answer is larger than 16 MiB";
    if (end.signal != 0) return "signal " + std::to_string(end.signal);
    return "exit code " + std::to_string(end.code);
}

std::string name_of(const std::string& rule, const HeldMessage& message) {
    const std::string of_rule = rule.empty() ? "handler" : "handler " + base::in_quotes(rule);
    return of_rule + " of a message to " + base::in_quotes(message.topic());
}

} // namespace

Handlers::Handlers(
    boost::asio::io_context& context,
    const HandlerSettings& settings,
    cli::Console& console,
    base::Entropy& entropy,
    DeliveryHost& host
)
    : context_(context)
    , settings_(settings)
    , console_(console)
    , entropy_(entropy)
    , host_(host)
    , store_(settings.state_folder, settings.state_scope)
    , host_name_(host_name())
    , child_signals_(context)
    , timer_(context)
    , grace_timer_(context)
    , stats_timer_(context) {
    make_lanes(settings.rules, settings.match);
    if (!settings_.on()) return;
    child_signals_.add(SIGCHLD);
    watch_children();
    if (!settings_.stats_topic.empty()) show_stats_later();
}

Handlers::~Handlers() = default;

// --- rules ---

void Handlers::make_lanes(std::vector<Rule> rules, Match match) {
    rules_ = std::move(rules);
    match_ = match;
    lanes_.clear();
    for (const Rule& rule : rules_)
        lanes_.push_back(std::make_shared<Lane>(rule));
}

// Jobs keep their lane alive, so that what is under way goes on as it began. A rule that is there
// again by its name goes on counting.
void Handlers::replace_rules(std::vector<Rule> rules, Match match) {
    const std::vector<std::shared_ptr<Lane>> old = std::move(lanes_);
    make_lanes(std::move(rules), match);
    for (const auto& lane : lanes_) {
        for (const auto& before : old) {
            if (before->rule.name == lane->rule.name) lane->counts = before->counts;
        }
    }
    for (const auto& before : old) {
        if (before->scheduler.size() == 0) continue;
        before->retired = true;
        lanes_.push_back(before);
    }
    after_change();
}

// --- messages come ---

void Handlers::take(
    client::engine::DeliveryId id,
    const mqtt::Publish& packet,
    const std::vector<std::string_view>& filters
) {
    std::vector<ChosenRule> chosen = choose_rules(rules_, packet, match_);
    const bool has_rule = !chosen.empty();
    if (!filters.empty()) keep_rules_of(chosen, filters);
    if (chosen.empty()) {
        if (!has_rule) {
            warn_now_and_then(
                "no rule is for a message to " + base::in_quotes(packet.topic) +
                "; such messages are acknowledged"
            );
        }
        if (id != 0) host_.acknowledge(id);
        return;
    }
    if (id == 0 && waiting_deliveries_ >= settings_.max_waiting) {
        for (const ChosenRule& rule : chosen)
            ++lanes_[rule.position]->counts.dropped;
        warn_now_and_then(
            "messages of QoS 0 are dropped: " + std::to_string(waiting_deliveries_) +
            " messages wait for their handlers (--max-queue)"
        );
        return;
    }
    const auto delivery = std::make_shared<Delivery>(Delivery{
        id, HeldMessage(packet, std::chrono::system_clock::now()), chosen.size()});
    ++waiting_deliveries_;
    for (const ChosenRule& rule : chosen)
        add_job(delivery, lanes_[rule.position]);
    after_change();
}

void Handlers::warn_now_and_then(const std::string& what) {
    if (warned_ && now() - *warned_ < warning_interval) return;
    warned_ = now();
    console_.warning(what);
}

void Handlers::add_job(
    const std::shared_ptr<Delivery>& delivery, const std::shared_ptr<Lane>& lane
) {
    const JobNumber number = ++last_job_;
    ++lane->counts.received;
    Job job;
    job.delivery = delivery;
    job.lane = lane;
    job.key = store_.key_of(delivery->message, lane->rule.name);
    job.attempts = store_.load(job.key, delivery->message.received());
    lane->scheduler.add(number, delivery->message.topic());
    jobs_.emplace(number, std::move(job));
}

// --- handlers run ---

void Handlers::start_ready() {
    if (draining_ || stopped_) return;
    const auto lanes = lanes_; // a handler that ends at once may change the list
    for (const auto& lane : lanes) {
        while (const auto number = lane->scheduler.next(now()))
            start(*number, jobs_.at(*number));
    }
}

// A message that has used up its attempts in an earlier run, which did not live to say so, is not
// started once more.
void Handlers::start(JobNumber number, Job& job) {
    const Rule& rule = job.lane->rule;
    const HeldMessage& message = job.delivery->message;
    if (rule.retries && rule.has_dead_letters() && job.attempts.started > *rule.retries) {
        return give_up(number, job, "every attempt ended with the program that ran it", {});
    }
    auto arguments = rule.command.arguments(message);
    if (arguments.has_error()) {
        if (rule.has_dead_letters()) return give_up(number, job, arguments.error(), {});
        return fail(number, job, arguments.error());
    }
    ++job.attempts.started;
    ++job.lane->counts.started;
    if (!store_.save(job.key, job.attempts)) {
        console_.warning(
            "cannot count the attempts in " + base::in_quotes(settings_.state_folder) + ": " +
            store_.problem()
        );
    }
    const std::string json = cli::message_json(
        message.packet(),
        cli::iso_time_with_microseconds(message.received()),
        cli::JsonPayload::as_string
    );
    const std::vector<std::string> environment = message_environment(message, job.attempts.started);
    job.process = std::make_unique<Process>(
        context_,
        ProcessPlan{
            .arguments = *arguments,
            .environment = environment,
            .input = message.payload(),
            .message_json = json,
            .timeout = rule.timeout,
            .keep_output = rule.reply},
        [this, number](ProcessEnd end) { on_process_end(number, std::move(end)); }
    );
}

void Handlers::on_process_end(JobNumber number, ProcessEnd end) {
    const auto found = jobs_.find(number);
    if (found == jobs_.end()) return;
    found->second.process.reset();
    if (draining_ && end.signal != 0) { // by us, most likely: that is no attempt
        --found->second.attempts.started;
        static_cast<void>(store_.save(found->second.key, found->second.attempts));
        found->second.lane->scheduler.retry(number, now());
    } else {
        judge(number, found->second, end);
    }
    after_change();
}

void Handlers::judge(JobNumber number, Job& job, ProcessEnd& end) {
    const Rule& rule = job.lane->rule;
    const bool exited =
        end.problem.empty() && !end.timed_out && end.signal == 0 && !end.output_too_large;
    const Verdict verdict = exited ? rule.exit_map.of(end.code) : Verdict::retry;
    const std::string why = outcome_of(end, rule.timeout);
    switch (verdict) {
    case Verdict::done_and_stop:
        job.stops = true;
        [[fallthrough]];
    case Verdict::done: {
        const auto topic =
            job.delivery->message.properties().text(mqtt::PropertyId::response_topic);
        if (!rule.reply || !topic || !mqtt::topic::is_valid_name(*topic))
            return settle(number, true);
        job.outgoing.emplace();
        job.outgoing->topic = *topic;
        const base::Bytes output = base::as_bytes(end.output);
        job.outgoing->payload.assign(output.begin(), output.end());
        job.outgoing->qos = mqtt::Qos::at_least_once;
        const auto correlation =
            job.delivery->message.properties().text(mqtt::PropertyId::correlation_data);
        if (correlation)
            job.outgoing->properties.text(mqtt::PropertyId::correlation_data, *correlation);
        return send(number, job);
    }
    case Verdict::dead_letter:
        ++job.lane->counts.failed;
        if (rule.has_dead_letters()) return give_up(number, job, why, end.error_tail);
        return fail(number, job, why);
    case Verdict::retry:
        ++job.lane->counts.failed;
        if (rule.retries && job.attempts.started > *rule.retries)
            return give_up(number, job, why, end.error_tail);
        return fail(number, job, why);
    }
}

void Handlers::fail(JobNumber number, Job& job, const std::string& why) {
    const milliseconds delay = job.lane->rule.backoff.after(job.attempts.started, entropy_);
    console_.warning(
        name_of(job.lane->rule.name, job.delivery->message) + ": " + why + " (attempt " +
        std::to_string(job.attempts.started) + "); again in " + cli::seconds_text(delay)
    );
    job.lane->scheduler.note_failure(now());
    job.lane->scheduler.retry(number, now() + delay);
}

// --- messages go ---

void Handlers::give_up(
    JobNumber number, Job& job, const std::string& why, std::string_view error_tail
) {
    const Rule& rule = job.lane->rule;
    const HeldMessage& message = job.delivery->message;
    const DeadLetterReason reason{
        .attempts = job.attempts.started,
        .why = why,
        .error_tail = error_tail,
        .first_seen = job.attempts.first_seen,
        .host = host_name_,
        .rule = rule.name};
    console_.warning(
        name_of(rule.name, message) + ": " + why + " (attempt " +
        std::to_string(job.attempts.started) + "); it becomes a dead letter"
    );
    job.is_dead = true;
    if (!rule.dead_letter_file.empty() &&
        !write_dead_letter(job, dead_letter_line(message, reason))) {
        job.is_dead = false;
        job.lane->scheduler.retry(number, now() + job.lane->rule.backoff.longest());
        return;
    }
    if (!rule.dead_letter_topic) return settle(number, false);
    std::string topic;
    rule.dead_letter_topic->append(topic, message.packet(), message.received(), false);
    job.outgoing = dead_letter(std::move(topic), message, reason);
    send(number, job);
}

bool Handlers::write_dead_letter(const Job& job, const std::string& line) {
    const std::string& path = job.lane->rule.dead_letter_file;
    constexpr mode_t only_us = 0600;
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, only_us);
    const std::string text = line + "\n";
    const bool written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        (::fsync(fd) == 0 || errno == EINVAL);
    const std::string problem = written ? "" : std::strerror(errno);
    if (fd >= 0) ::close(fd);
    if (!written) {
        console_.warning(
            "cannot write a dead letter to " + base::in_quotes(path) + ": " + problem +
            "; the message is kept and tried again"
        );
    }
    return written;
}

// The message is over when the broker has what comes of it.
void Handlers::send(JobNumber number, Job& job) {
    if (stopped_) return;
    const auto token = host_.publish(*job.outgoing);
    if (token.has_value()) {
        published_[*token] = number;
        return;
    }
    console_.warning(
        "cannot publish to " + base::in_quotes(job.outgoing->topic) + ": " + token.error().what +
        "; trying again"
    );
    send_later(number);
}

void Handlers::send_later(JobNumber number) {
    auto& timer = send_timers_[number];
    timer = std::make_unique<boost::asio::steady_timer>(context_, publish_again);
    timer->async_wait([this, number](const error_code& error) {
        if (error) return;
        send_timers_.erase(number);
        const auto found = jobs_.find(number);
        if (found != jobs_.end()) send(number, found->second);
    });
}

bool Handlers::on_published(client::Token token, const client::Published& published) {
    const auto found = published_.find(token);
    if (found == published_.end()) return false;
    const JobNumber number = found->second;
    published_.erase(found);
    Job& job = jobs_.at(number);
    const bool refused = !published.sent || is_error(published.reason);
    if (refused && job.is_dead) {
        console_.warning(
            "the broker refused a dead letter to " + base::in_quotes(job.outgoing->topic) + ": " +
            published.what + "; the message is kept and tried again"
        );
        send_later(number);
        return true;
    }
    if (refused) {
        console_.warning(
            "the broker refused the answer to " + base::in_quotes(job.outgoing->topic) + ": " +
            published.what
        );
    }
    settle(number, !job.is_dead);
    after_change();
    return true;
}

void Handlers::settle(JobNumber number, bool succeeded) {
    const auto found = jobs_.find(number);
    Job& job = found->second;
    const std::shared_ptr<Delivery> delivery = job.delivery;
    const bool stops = job.stops;
    ++(succeeded ? job.lane->counts.done : job.lane->counts.dead);
    job.lane->scheduler.finish(number, succeeded, now());
    store_.forget(job.key);
    jobs_.erase(found);
    if (--delivery->open_jobs == 0) {
        --waiting_deliveries_;
        if (delivery->id != 0) host_.acknowledge(delivery->id);
    }
    if (stops) host_.on_sink_stop();
}

// --- time and the end ---

void Handlers::after_change() {
    if (stopped_) return;
    start_ready();
    std::erase_if(lanes_, [](const auto& lane) {
        return lane->retired && lane->scheduler.size() == 0;
    });
    arm_timer();
    if (!(finishing_ || draining_) || !idle() || check_posted_) return;
    check_posted_ = true;
    boost::asio::post(context_, [this] {
        check_posted_ = false;
        if (!stopped_ && idle()) host_.on_sink_idle();
    });
}

bool Handlers::idle() const {
    if (!draining_) return jobs_.empty();
    for (const auto& [number, job] : jobs_) {
        if (job.process || (job.outgoing && !grace_over_)) return false;
    }
    return true;
}

void Handlers::arm_timer() {
    std::optional<base::SteadyTime> next;
    for (const auto& lane : lanes_) {
        const auto time = lane->scheduler.next_time(now());
        if (time && (!next || *time < *next)) next = time;
    }
    timer_.cancel();
    if (!next || draining_) return;
    timer_.expires_at(*next);
    timer_.async_wait([this](const error_code& error) {
        if (!error) after_change();
    });
}

void Handlers::watch_children() {
    child_signals_.async_wait([this](const error_code& error, int) {
        if (error) return;
        reap();
        watch_children();
    });
}

void Handlers::reap() {
    for (auto& [number, job] : jobs_) {
        if (!job.process || job.process->id() == 0) continue;
        int status = 0;
        if (::waitpid(job.process->id(), &status, WNOHANG) == job.process->id())
            job.process->on_exit(status);
    }
}

void Handlers::finish() {
    finishing_ = true;
    after_change();
}

void Handlers::drain() {
    if (draining_) return;
    draining_ = true;
    timer_.cancel();
    grace_timer_.expires_after(settings_.grace);
    grace_timer_.async_wait([this](const error_code& error) {
        if (error) return;
        grace_over_ = true;
        for (const auto& [number, job] : jobs_) {
            if (job.process) job.process->terminate();
        }
        after_change();
    });
    after_change();
}

void Handlers::stop() {
    if (std::exchange(stopped_, true)) return;
    if (!settings_.stats_topic.empty()) stats_timer_.cancel();
    timer_.cancel();
    grace_timer_.cancel();
    child_signals_.cancel();
    send_timers_.clear();
    jobs_.clear(); // kills what runs
}

// --- counters ---

void Handlers::show_stats_later() {
    stats_timer_.expires_after(stats_interval);
    stats_timer_.async_wait([this](const error_code& error) {
        if (error) return;
        publish_stats();
        show_stats_later();
    });
}

void Handlers::publish_stats() {
    std::vector<std::string> rules;
    for (const auto& lane : lanes_) {
        const Counts& counts = lane->counts;
        base::JsonObject rule;
        rule.text("rule", lane->rule.name)
            .number("received", counts.received)
            .number("started", counts.started)
            .number("done", counts.done)
            .number("failed", counts.failed)
            .number("dead", counts.dead)
            .number("dropped", counts.dropped)
            .number("waiting", lane->scheduler.size() - lane->scheduler.running())
            .number("running", lane->scheduler.running())
            .flag("paused", lane->scheduler.is_open());
        rules.push_back(rule.str());
    }
    client::Message message;
    message.topic = settings_.stats_topic;
    const std::string text = base::JsonObject().array("rules", rules).str();
    const base::Bytes bytes = base::as_bytes(text);
    message.payload.assign(bytes.begin(), bytes.end());
    static_cast<void>(host_.publish(std::move(message))); // the next one comes soon
}

} // namespace mqtt_sub
