// 200 seeds: clients publish, read, and lose their connections while the shards take turns in an
// order that the seed decides. Afterwards nothing of QoS 1 and 2 may be missing, nothing of QoS 2
// may have come twice, every publisher's order must be kept, and the retained set must be what was
// published last. A failure names its seed.
#include "tests/scenario/random_client.hpp"
#include "tests/scenario/scenario.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace scenario {
namespace {

constexpr int publishers = 3;
constexpr int steps = 250;

struct Sent {
    Label label;
    std::string topic;
};

struct Listener {
    std::string filter;
    int qos = 0;
};

/// Three topics for each publisher, so that every topic has one writer: t0 is always QoS 1, t1
/// always QoS 2, t2 anything and never retained.
std::string topic_of(int publisher, int number) {
    return "p" + std::to_string(publisher) + "/t" + std::to_string(number);
}

bool matches(const std::string& filter, const std::string& topic) {
    return filter == "#" || filter == topic ||
           (filter.ends_with("/+") && topic.starts_with(filter.substr(0, filter.size() - 1)));
}

class World {
public:
    /// crashes: the broker keeps its state on a disk, and is killed now and then.
    World(std::uint64_t seed, bool crashes)
        : random_(seed)
        , broker_(static_cast<unsigned>(seed % 3) + 1, calm_config(), seed)
        , crashes_(crashes) {
        if (crashes_) broker_.use_disk(std::make_shared<mqttd::MemoryDisk>());
        for (int i = 0; i < publishers; ++i)
            clients_.emplace_back(broker_, "publisher " + std::to_string(i), any_version());
        for (const Listener& listener : listeners_)
            clients_.emplace_back(
                broker_, listener.filter + " at " + std::to_string(listener.qos), any_version()
            );
        for (int i = 0; i < 2; ++i)
            clients_.emplace_back(broker_, "member " + std::to_string(i), any_version());
        for (RandomClient& client : clients_)
            client.connect(any_shard());
        settle();
        for (std::size_t i = 0; i < listeners_.size(); ++i)
            subscriber(i).subscribe(listeners_[i].filter, listeners_[i].qos);
        for (int i = 0; i < 2; ++i)
            member(i).subscribe("$share/group/" + topic_of(0, 1), 2);
        settle();
    }

    void run() {
        for (int i = 0; i < steps; ++i)
            step();
    }

    /// Everybody comes back and everything under way arrives.
    void settle() {
        for (bool busy = true; busy;) {
            busy = false;
            for (RandomClient& client : clients_) {
                if (!client.has_connection()) client.connect(any_shard());
            }
            broker_.settle_randomly();
            for (RandomClient& client : clients_) {
                client.work(1000);
                busy |= !client.finished();
            }
            busy |= broker_.is_busy();
        }
    }

    [[nodiscard]] int crash_count() const { return crash_count_; }

    void verify() {
        for (const RandomClient& client : clients_)
            EXPECT_EQ(client.trouble(), "");
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            SCOPED_TRACE("subscriber " + std::to_string(i) + " of " + listeners_[i].filter);
            verify_delivery(listeners_[i], subscriber(i).received());
            verify_order(subscriber(i).received());
        }
        verify_shared();
        verify_retained();
        EXPECT_EQ(
            broker_.count(&mqttd::Counters::stored_messages),
            broker_.count(&mqttd::Counters::retained_messages)
        );
        EXPECT_EQ(broker_.count(&mqttd::Counters::dropped_queue_full), 0U);
    }

private:
    static mqttd::BrokerConfig calm_config() {
        mqttd::BrokerConfig config = support::open_config();
        config.limits.max_queued_messages = 0;
        config.limits.max_inflight_messages = RandomClient::window;
        return config;
    }

    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(random_.next() % bound);
    }

    unsigned any_shard() { return static_cast<unsigned>(below(broker_.shard_count())); }

    ProtocolVersion any_version() { return below(2) == 0 ? v311 : v5; }

    RandomClient& subscriber(std::size_t i) { return clients_[publishers + i]; }

    RandomClient& member(int i) {
        return clients_[publishers + listeners_.size() + static_cast<std::size_t>(i)];
    }

    // What the broker has sent before its end may have arrived.
    void crash() {
        for (RandomClient& client : clients_) {
            if (!client.has_connection()) continue;
            if (below(2) == 0) client.work(1000);
            client.lose_connection(true);
        }
        broker_.crash(static_cast<unsigned>(below(3)) + 1);
        ++crash_count_;
    }

    void step() {
        if (crashes_ && below(25) == 0) return crash();
        RandomClient& client = clients_[below(clients_.size())];
        const std::size_t dice = below(100);
        if (dice < 50) {
            publish(static_cast<int>(below(publishers)));
        } else if (dice < 70) {
            client.work(1 + below(5));
        } else if (dice < 90) {
            broker_.settle_randomly(1 + below(6));
        } else if (!client.has_connection()) {
            client.connect(any_shard());
        } else if (dice < 96) {
            client.lose_connection(below(2) == 0);
        }
    }

    void publish(int number) {
        RandomClient& publisher = clients_[static_cast<std::size_t>(number)];
        if (!publisher.may_publish()) return;
        const int topic_number = static_cast<int>(below(3));
        const std::string topic = topic_of(number, topic_number);
        const int qos = topic_number < 2 ? topic_number + 1 : static_cast<int>(below(3));
        const bool retain = topic_number < 2 && below(3) == 0;
        if (retain && below(4) == 0) {
            publisher.publish(topic, "", qos, true);
            retained_.erase(topic);
            return;
        }
        const Label label{number, ++sent_by_[number], qos};
        publisher.publish(topic, label.text(), qos, retain);
        if (retain) retained_[topic] = label;
        sent_.push_back({label, topic});
    }

    void verify_delivery(const Listener& listener, const std::vector<Receipt>& received) const {
        std::map<Label, int> times;
        for (const Receipt& receipt : received) {
            ++times[receipt.label];
            EXPECT_TRUE(matches(listener.filter, receipt.topic)) << receipt.topic;
        }
        for (const Sent& sent : sent_) {
            if (!matches(listener.filter, sent.topic)) continue;
            const int count = times[sent.label];
            const int qos = std::min(sent.label.qos, listener.qos);
            EXPECT_GE(count, qos > 0 ? 1 : 0) << "lost: " << sent.label.text();
            EXPECT_TRUE(count <= 1 || qos < 2) << "twice: " << sent.label.text();
        }
    }

    static void verify_order(const std::vector<Receipt>& received) {
        std::map<std::pair<std::string, int>, int> last; // of a topic and a QoS
        std::set<Label> seen;
        for (const Receipt& receipt : received) {
            if (!seen.insert(receipt.label).second) continue; // a repetition
            int& before = last[{receipt.topic, receipt.label.qos}];
            EXPECT_GT(receipt.label.number, before) << receipt.topic;
            before = receipt.label.number;
        }
    }

    void verify_shared() {
        std::map<Label, int> times;
        for (int i = 0; i < 2; ++i) {
            for (const Receipt& receipt : member(i).received())
                ++times[receipt.label];
        }
        for (const Sent& sent : sent_) {
            if (sent.topic != topic_of(0, 1)) continue;
            EXPECT_EQ(times[sent.label], 1) << sent.label.text();
        }
    }

    void verify_retained() {
        FakePeer reader(broker_, broker_.open(0));
        reader.connect("reader");
        reader.subscribe("#", {.qos = 0});
        std::map<std::string, Label> found;
        while (const auto packet = reader.next_packet()) {
            const auto& publish = std::get<mqtt::Publish>(*packet);
            found[std::string(publish.topic)] = Label::parse(base::as_text(publish.payload));
        }
        EXPECT_EQ(found.size(), retained_.size());
        for (const auto& [topic, label] : retained_)
            EXPECT_EQ(found[topic].text(), label.text()) << topic;
    }

    const std::vector<Listener> listeners_ = {{"#", 2}, {"p0/+", 2}, {"p1/t0", 1}, {"#", 1}};
    base::FixedEntropy random_;
    support::BrokerFixture broker_;
    const bool crashes_;
    int crash_count_ = 0;
    std::deque<RandomClient> clients_; ///< publishers, subscribers, members
    std::map<int, int> sent_by_;
    std::vector<Sent> sent_;
    std::map<std::string, Label> retained_;
};

class RandomRun : public testing::TestWithParam<std::uint64_t> {};

// shows [MQTT-4.5.0-1] [MQTT-4.6.0-5] [MQTT-4.3.3-10] [MQTT311-4.5.0-1] [MQTT311-4.6.0-6]
TEST_P(RandomRun, nothing_is_lost_doubled_or_out_of_order_whatever_the_interleaving) {
    for (std::uint64_t seed = GetParam(); seed < GetParam() + 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world(seed, false);
        world.run();
        world.settle();
        world.verify();
        if (HasFailure()) return;
    }
}

// The same for a broker that is killed.
TEST_P(RandomRun, nothing_acknowledged_is_lost_or_doubled_by_crashes) {
    for (std::uint64_t seed = GetParam(); seed < GetParam() + 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world(seed, true);
        world.run();
        world.settle();
        world.verify();
        EXPECT_GT(world.crash_count(), 0);
        if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Seeds, RandomRun, testing::Range(std::uint64_t{1}, std::uint64_t{201}, std::uint64_t{20})
);

} // namespace
} // namespace scenario
