#include "tools/mqttd/app/broker.hpp"

#include "tools/mqttd/auth/make_access_control.hpp"
#include "tools/mqttd/sys/host_name.hpp"
#include "tools/mqttd/sys/memory.hpp"
#include "tools/mqttd/sys/version.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

namespace mqttd {

namespace {

constexpr unsigned most_shards = 64; // the bits of a ShardMask
constexpr std::size_t most_log_messages_waiting = 1024;
constexpr std::chrono::seconds log_message_life{20};
constexpr std::chrono::seconds save_patience{10};
constexpr std::chrono::milliseconds save_poll{1};

/// Those that this process may run on: what taskset or a container took away does not count.
unsigned usable_cores() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0) {
        return std::thread::hardware_concurrency();
    }
    return static_cast<unsigned>(CPU_COUNT(&cores));
}

unsigned shards_for(const BrokerConfig& config) {
    const unsigned wanted = config.threads > 0 ? config.threads : usable_cores();
    return std::clamp(wanted, 1U, most_shards);
}

BrokerConfig with_node_name(BrokerConfig config) {
    if (config.node_name.empty()) config.node_name = host_name();
    return config;
}

LoginLimiter::Limits failure_limits(const AuthConfig& auth) {
    return {.per_address = auth.max_failures_per_address, .per_user = auth.max_failures_per_user};
}

/// Counts down as shards finish something that the main thread waits for.
class Countdown {
public:
    explicit Countdown(std::size_t count) : left_(count) {}

    void done() {
        const std::lock_guard lock(mutex_);
        if (--left_ == 0) finished_.notify_one();
    }

    void wait() {
        std::unique_lock lock(mutex_);
        finished_.wait(lock, [this] { return left_ == 0; });
    }

    [[nodiscard]] bool wait_for(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        return finished_.wait_for(lock, time, [this] { return left_ == 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable finished_;
    std::size_t left_;
};

} // namespace

Broker::Broker(
    BrokerConfig config,
    const AccessFiles& files,
    base::Log& log,
    const base::Clock& clock,
    base::Entropy& entropy
)
    : log_(log)
    , clock_(clock)
    , entropy_(entropy)
    , config_(std::make_shared<const BrokerConfig>(with_node_name(std::move(config))))
    , hash_pool_(
          {.waiting = config_->auth.max_waiting,
           .waiting_of_one_source = config_->auth.max_waiting_per_address}
      )
    , login_limiter_(failure_limits(config_->auth), entropy)
    , homes_(shards_for(*config_), entropy) {
    const unsigned count = shards_for(*config_);
    std::vector<Inbox*> inboxes;
    for (unsigned i = 0; i < count; ++i) {
        inboxes_.push_back(std::make_unique<Inbox>());
        inboxes.push_back(inboxes_.back().get());
    }
    team_.emplace(ShardTeam{homes_, std::move(inboxes), totals_, log_, clock_});
    use_access(files);
    for (unsigned i = 0; i < count; ++i) {
        shards_.push_back(std::make_unique<Shard>(i, *team_, config_, entropy));
        shards_.back()->replace_config(config_, access_);
        loops_.push_back(std::make_unique<EventLoop>(*shards_[i], *inboxes_[i], clock_));
    }
    make_listener_states();
    housekeeping_ = std::make_unique<Housekeeping>(
        *shards_.front(),
        counters(),
        SysTree(std::string(version_text()), clock_.now(), private_bytes)
    );
}

Broker::~Broker() {
    if (running_) stop();
    if (state_keeper_) state_keeper_->stop();
    hash_pool_.stop(); // its verdicts go to the inboxes and wake the loops
    housekeeping_.reset();
    // Connections on their way between shards refer to the shard that they left.
    for (const auto& inbox : inboxes_) {
        std::vector<Mail> undelivered;
        inbox->take(undelivered);
    }
}

std::vector<const Counters*> Broker::counters() const {
    std::vector<const Counters*> all;
    for (const auto& shard : shards_)
        all.push_back(&shard->counters());
    return all;
}

// Every shard hears of the filters of the others before it serves anybody: two turns, for the
// announcements and for what confirms them.
StoreResult<void> Broker::use_store(std::unique_ptr<Store> store) {
    state_keeper_ = std::make_unique<StateKeeper>(std::move(store), team_->inboxes, log_, clock_);
    auto restored = state_keeper_->restore(shards_, homes_, *config_);
    if (restored.has_error()) return restored;
    for (const auto& shard : shards_)
        shard->end_turn();
    for (int turn = 0; turn < 2; ++turn) {
        for (std::size_t i = 0; i < shards_.size(); ++i) {
            shards_[i]->begin_turn(clock_.now());
            shards_[i]->receive_mail(*loops_[i]);
            shards_[i]->end_turn();
        }
    }
    return restored;
}

void Broker::use_access(const AccessFiles& files) {
    const PasswordAuthenticator::Means means{hash_pool_, login_limiter_, clock_};
    access_ = make_access_control(*config_, files, means, entropy_, *access_);
    login_limiter_.set_limits(failure_limits(config_->auth));
}

/// The threads come with the first password file.
void Broker::start_hashing() {
    if (!access_->checks_logins()) return;
    const unsigned threads = config_->auth.threads;
    hash_pool_.start(threads > 0 ? threads : HashPool::usual_threads());
}

void Broker::start() {
    running_ = true;
    if (state_keeper_) state_keeper_->start();
    start_hashing();
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        threads_.emplace_back([this, i] { loops_[i]->run(); });
        const std::string name = "shard " + std::to_string(i);
        pthread_setname_np(threads_.back().native_handle(), name.c_str());
    }
}

void Broker::on_every_shard(const std::function<void(Shard&)>& task) {
    Countdown countdown(shards_.size());
    for (const auto& inbox : inboxes_) {
        inbox->post(TaskMail{[&countdown, &task](Shard& shard) {
            task(shard);
            countdown.done();
        }});
    }
    countdown.wait();
}

/// Returns when every shard has ended the turn it was in: what that turn sent to other shards is in
/// their inboxes.
void Broker::wait_for_turns() {
    on_every_shard([](Shard&) {});
}

void Broker::reload(BrokerConfig fresh, const AccessFiles& files) {
    config_ = std::make_shared<const BrokerConfig>(with_node_name(std::move(fresh)));
    make_listener_states();
    use_access(files);
    if (running_) start_hashing();
    on_every_shard([this](Shard& shard) { shard.replace_config(config_, access_); });
}

std::string Broker::tree_text() {
    std::mutex mutex;
    std::string text;
    on_every_shard([&](Shard& shard) {
        std::string part = "shard " + std::to_string(shard.context().index) + "\n";
        shard.dump(part);
        const std::lock_guard lock(mutex);
        text += part;
    });
    return text;
}

// Kept for late subscribers for no longer than mosquitto does.
bool Broker::publish_log(std::string topic, std::string payload) {
    if (log_messages_waiting_ >= most_log_messages_waiting) return false;
    ++log_messages_waiting_;
    inboxes_.front()->post(TaskMail{
        [this, topic = std::move(topic), payload = std::move(payload)](Shard& shard) {
            --log_messages_waiting_;
            shard.publish({
                .topic = topic,
                .properties = {},
                .payload = base::as_bytes(payload),
                .qos = mqtt::Qos::exactly_once,
                .expires = shard.context().now + log_message_life,
            });
        }});
    return true;
}

bool Broker::answers_within(std::chrono::milliseconds time) {
    const auto countdown = std::make_shared<Countdown>(shards_.size());
    for (const auto& inbox : inboxes_) {
        inbox->post(TaskMail{[countdown](Shard&) {
            countdown->done();
        }});
    }
    return countdown->wait_for(time);
}

void Broker::stop() {
    if (!running_) return;
    on_every_shard([this](Shard& shard) { loops_[shard.context().index]->stop_accepting(); });
    hash_pool_.stop();
    on_every_shard([](Shard& shard) { shard.publish_wills(); });
    wait_for_turns();
    close_all_connections();
    wait_until_saved();
    for (const auto& loop : loops_)
        loop->stop();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
    if (state_keeper_) state_keeper_->stop();
    running_ = false;
    close_sockets();
}

// What the last turns changed: a commit, perhaps a settlement between shards, and one more commit.
// A store that cannot be written is not waited for longer than this.
void Broker::wait_until_saved() {
    if (!state_keeper_) return;
    const base::SteadyTime deadline = clock_.now() + save_patience;
    std::atomic<bool> saved{false};
    while (!saved && clock_.now() < deadline) {
        saved = true;
        on_every_shard([&saved](Shard& shard) {
            if (!shard.is_saved()) saved = false;
        });
        if (!saved) std::this_thread::sleep_for(save_poll);
    }
    wait_for_turns();
    if (!saved) {
        log_.write(
            base::LogLevel::error,
            "not everything could be saved before the end; nothing that was acknowledged is lost"
        );
    }
}

// The wills of the step before are in the inboxes already, ahead of this. A connection that moves
// between shards at this moment is met by the next round.
void Broker::close_all_connections() {
    std::atomic<std::size_t> open{1};
    for (int round = 0; round < 3 && open != 0; ++round) {
        open = 0;
        on_every_shard([&open](Shard& shard) {
            open += shard.connection_count();
            shard.close_connections();
        });
        wait_for_turns();
    }
}

} // namespace mqttd
