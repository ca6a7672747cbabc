#include "tests/support/broker_fixture.hpp"

#include "tools/mqttd/app/restore_state.hpp"
#include "tools/mqttd/app/state_keeper.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace support {

namespace {

/// More turns than any scenario needs: a broker that never comes to rest is an error.
constexpr std::size_t too_many_turns = 1'000'000;
constexpr std::size_t read_buffer_size = 65'536;

std::size_t whole_buffer(std::size_t waiting) {
    return std::min(waiting, read_buffer_size);
}

} // namespace

mqttd::BrokerConfig open_config() {
    mqttd::BrokerConfig config;
    config.listeners.emplace_back();
    config.allow_anonymous = true;
    config.sys_interval = std::chrono::seconds(0);
    return config;
}

BrokerFixture::BrokerFixture(unsigned shards, mqttd::BrokerConfig config, std::uint64_t seed)
    : entropy_(seed), config_(std::make_shared<const mqttd::BrokerConfig>(std::move(config))) {
    build(shards);
    for (std::size_t i = 0; i < config_->listeners.size(); ++i)
        listeners_.push_back(std::make_shared<mqttd::ListenerState>(i));
}

void BrokerFixture::build(unsigned shards) {
    homes_.emplace(shards, entropy_);
    std::vector<mqttd::Inbox*> inboxes;
    for (unsigned i = 0; i < shards; ++i) {
        inboxes_.push_back(std::make_unique<mqttd::Inbox>());
        inboxes.push_back(inboxes_.back().get());
        hosts_.emplace_back(i);
    }
    team_.emplace(mqttd::ShardTeam{*homes_, std::move(inboxes), totals_, log_, clock_});
    for (unsigned i = 0; i < shards; ++i) {
        shards_.push_back(std::make_unique<mqttd::Shard>(i, *team_, config_, entropy_));
        shards_.back()->replace_config(config_, access_);
    }
}

BrokerFixture::~BrokerFixture() {
    tear_down();
}

void BrokerFixture::tear_down() {
    housekeeping_.reset();
    for (const auto& inbox : inboxes_) {
        std::vector<mqttd::Mail> undelivered; // before the shards that connections in it refer to
        inbox->take(undelivered);
    }
    shards_.clear();
}

void BrokerFixture::use_disk(std::shared_ptr<mqttd::MemoryDisk> disk) {
    disk_ = std::move(disk);
    open_disk();
}

void BrokerFixture::open_disk() {
    auto opened = mqttd::MemoryStore::open(disk_);
    if (opened.has_error()) throw std::runtime_error(opened.error().text);
    store_ = std::move(*opened);
    commit_queue_ = std::make_unique<mqttd::CommitQueue>();
    store_ids_ = std::make_unique<mqttd::StoreIds>();
    committer_ = std::make_unique<mqttd::Committer>(
        *store_,
        *commit_queue_,
        *store_ids_,
        log_,
        shard_count(),
        mqttd::tell_by_mail(team_->inboxes, log_)
    );
    const mqttd::StoreTimes times{clock_.now(), clock_.wall_now()};
    for (const auto& shard : shards_)
        shard->use_store(*commit_queue_, *store_ids_);
    const auto restored =
        mqttd::restore_state(*store_, {shards_, *homes_, *config_, *store_ids_}, times);
    if (restored.has_error()) throw std::runtime_error(restored.error().text);
    for (unsigned shard = 0; shard < shard_count(); ++shard)
        shards_[shard]->end_turn();
    for (int round = 0; round < 2; ++round) {
        for (unsigned shard = 0; shard < shard_count(); ++shard)
            turn(shard, whole_buffer);
    }
}

void BrokerFixture::crash(unsigned shards) {
    tear_down();
    for (const auto& socket : sockets_) {
        socket->closed = true;
        socket->user = nullptr;
    }
    sockets_.clear();
    committer_.reset();
    commit_queue_.reset();
    store_.reset();
    inboxes_.clear();
    hosts_.clear();
    build(shards);
    open_disk();
}

void BrokerFixture::commit() {
    committer_->step({clock_.now(), clock_.wall_now()});
}

bool BrokerFixture::has_commits() const {
    if (commits_paused_) return false;
    return committer_ && (!commit_queue_->empty() || (committer_->next_attempt() &&
                                                      *committer_->next_attempt() <= clock_.now()));
}

std::string BrokerFixture::id_on(unsigned shard, const std::string& name) const {
    if (homes_->home_of(name) == shard) return name;
    for (unsigned i = 1;; ++i) {
        std::string id = name + '.' + std::to_string(i);
        if (homes_->home_of(id) == shard) return id;
    }
}

std::shared_ptr<FakeSocket>
BrokerFixture::open(unsigned shard, const std::string& address, std::size_t listener) {
    mqttd::Shard& accepting = *shards_[shard];
    const mqttd::Peer peer{address, address + ":50000"};
    if (!accepting.lets_in(*listeners_[listener], peer)) return nullptr;
    auto socket = std::make_shared<FakeSocket>();
    auto transport = std::make_unique<FakeTransport>(socket);
    accepting.begin_turn(clock_.now());
    mqttd::Connection& connection =
        accepting.admit(std::move(transport), listeners_[listener], peer);
    connection.transport().join(hosts_[shard], accepting.context(), connection);
    sockets_.push_back(socket);
    return socket;
}

bool BrokerFixture::has_work(unsigned shard) const {
    if (!inboxes_[shard]->empty() || shards_[shard]->next_turn() <= clock_.now()) return true;
    return std::any_of(sockets_.begin(), sockets_.end(), [&](const auto& socket) {
        return socket->shard == shard && socket->has_news();
    });
}

bool BrokerFixture::is_busy() const {
    if (has_commits()) return true;
    for (unsigned shard = 0; shard < shard_count(); ++shard) {
        if (has_work(shard)) return true;
    }
    return false;
}

void BrokerFixture::turn(unsigned shard, const ReadSize& read_size) {
    mqttd::Shard& turning = *shards_[shard];
    turning.begin_turn(clock_.now());
    for (const auto& socket : sockets_) {
        if (socket->shard == shard) socket->serve(read_size(socket->to_broker.size()));
    }
    turning.receive_mail(hosts_[shard]);
    turning.fire_timers();
    turning.end_turn();
    forget_closed_sockets();
}

void BrokerFixture::forget_closed_sockets() {
    std::erase_if(sockets_, [](const auto& socket) { return socket->closed; });
}

void BrokerFixture::settle() {
    std::size_t turns = 0;
    bool worked = true;
    while (std::exchange(worked, false)) {
        for (unsigned shard = 0; shard < shard_count(); ++shard) {
            if (!has_work(shard)) continue;
            if (++turns > too_many_turns) throw std::runtime_error("the broker does not settle");
            turn(shard, whole_buffer);
            worked = true;
        }
        if (has_commits()) {
            commit();
            worked = true;
        }
    }
}

void BrokerFixture::settle_randomly(std::size_t most_turns) {
    const ReadSize random_size = [this](std::size_t waiting) {
        if (waiting < 2 || entropy_.next() % 2 == 0) return waiting;
        return static_cast<std::size_t>(entropy_.next() % waiting) + 1;
    };
    for (std::size_t turns = 0; turns < most_turns; ++turns) {
        std::vector<unsigned> busy;
        for (unsigned shard = 0; shard < shard_count(); ++shard) {
            if (has_work(shard)) busy.push_back(shard);
        }
        const std::size_t choices = busy.size() + (has_commits() ? 1 : 0);
        if (choices == 0) return;
        if (turns > too_many_turns) throw std::runtime_error("the broker does not settle");
        const std::size_t choice = entropy_.next() % choices;
        if (choice == busy.size()) {
            commit();
        } else {
            turn(busy[choice], random_size);
        }
    }
}

void BrokerFixture::advance(base::Duration time) {
    settle();
    const base::SteadyTime target = clock_.now() + time;
    while (true) {
        base::SteadyTime next = target;
        for (const auto& shard : shards_)
            next = std::min(next, std::max(shard->next_turn(), clock_.now()));
        if (committer_ && committer_->next_attempt()) {
            next = std::min(next, std::max(*committer_->next_attempt(), clock_.now()));
        }
        clock_.advance(next - clock_.now());
        settle();
        if (next == target) return;
    }
}

void BrokerFixture::task_on_every_shard(const std::function<void(mqttd::Shard&)>& task) {
    for (const auto& inbox : inboxes_)
        inbox->post(mqttd::TaskMail{task});
    settle();
}

void BrokerFixture::reload(mqttd::BrokerConfig fresh) {
    config_ = std::make_shared<const mqttd::BrokerConfig>(std::move(fresh));
    task_on_every_shard([this](mqttd::Shard& shard) { shard.replace_config(config_, access_); });
}

void BrokerFixture::use_access(mqttd::AccessControlPtr access) {
    access_ = std::move(access);
    reload(*config_);
}

void BrokerFixture::stop() {
    task_on_every_shard([](mqttd::Shard& shard) { shard.publish_wills(); });
    task_on_every_shard([](mqttd::Shard& shard) { shard.close_connections(); });
}

void BrokerFixture::start_housekeeping() {
    std::vector<const mqttd::Counters*> counters;
    for (const auto& shard : shards_)
        counters.push_back(&shard->counters());
    housekeeping_ = std::make_unique<mqttd::Housekeeping>(
        *shards_.front(),
        std::move(counters),
        mqttd::SysTree("midge version test", clock_.now(), [] { return std::uint64_t{1000}; })
    );
    settle();
}

std::string BrokerFixture::dump() {
    std::string text;
    for (const auto& shard : shards_)
        shard->dump(text);
    return text;
}

std::uint64_t BrokerFixture::count(mqttd::Counter mqttd::Counters::*counter) const {
    std::uint64_t sum = 0;
    for (const auto& shard : shards_)
        sum += (shard->counters().*counter).value();
    return sum;
}

} // namespace support
