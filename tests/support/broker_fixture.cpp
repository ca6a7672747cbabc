#include "tests/support/broker_fixture.hpp"

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
    : entropy_(seed)
    , config_(std::make_shared<const mqttd::BrokerConfig>(std::move(config)))
    , homes_(shards, entropy_) {
    std::vector<mqttd::Inbox*> inboxes;
    for (unsigned i = 0; i < shards; ++i) {
        inboxes_.push_back(std::make_unique<mqttd::Inbox>());
        inboxes.push_back(inboxes_.back().get());
        hosts_.emplace_back(i);
    }
    team_.emplace(mqttd::ShardTeam{homes_, std::move(inboxes), totals_, log_});
    for (unsigned i = 0; i < shards; ++i) {
        shards_.push_back(std::make_unique<mqttd::Shard>(i, *team_, config_, entropy_, clock_.now())
        );
    }
    for (std::size_t i = 0; i < config_->listeners.size(); ++i)
        listeners_.push_back(std::make_shared<mqttd::ListenerState>(i));
}

BrokerFixture::~BrokerFixture() {
    housekeeping_.reset();
    for (const auto& inbox : inboxes_) {
        std::vector<mqttd::Mail> undelivered; // before the shards that connections in it refer to
        inbox->take(undelivered);
    }
}

std::string BrokerFixture::id_on(unsigned shard, const std::string& name) const {
    if (homes_.home_of(name) == shard) return name;
    for (unsigned i = 1;; ++i) {
        std::string id = name + '.' + std::to_string(i);
        if (homes_.home_of(id) == shard) return id;
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
        if (busy.empty()) return;
        if (turns > too_many_turns) throw std::runtime_error("the broker does not settle");
        turn(busy[entropy_.next() % busy.size()], random_size);
    }
}

void BrokerFixture::advance(base::Duration time) {
    settle();
    const base::SteadyTime target = clock_.now() + time;
    while (true) {
        base::SteadyTime next = target;
        for (const auto& shard : shards_)
            next = std::min(next, std::max(shard->next_turn(), clock_.now()));
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
