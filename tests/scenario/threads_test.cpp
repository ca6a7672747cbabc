// The broker as the daemon runs it: shard threads, real sockets, several client threads. What it
// does is tested elsewhere; here ThreadSanitizer looks at how.
#include "common/base/clock.hpp"
#include "common/base/entropy.hpp"
#include "common/net/listen_socket.hpp"
#include "tests/support/broker_fixture.hpp"
#include "tests/support/broker_fixture_log.hpp"
#include "tests/support/socket_peer.hpp"
#include "tools/mqttd/app/broker.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace scenario {
namespace {

using mqtt::Qos;
using support::SocketPeer;

class Threads : public testing::Test {
protected:
    Threads() : broker_(three_shards(), {}, log_, clock_, entropy_) {
        net::ListenOptions options;
        options.address = "127.0.0.1";
        auto opened = net::open_listen_sockets(options);
        if (opened.has_error()) throw std::runtime_error("cannot listen on 127.0.0.1");
        for (net::ListenSocket& socket : opened->sockets) {
            port_ = socket.port;
            broker_.add_listener(std::move(socket), 0);
        }
        broker_.start();
    }

    static mqttd::BrokerConfig three_shards() {
        mqttd::BrokerConfig config = support::open_config();
        config.threads = 3;
        config.sys_interval = std::chrono::seconds(1);
        config.limits.max_queued_messages = 0;
        return config;
    }

    /// One thread for each number below count; returns when all have ended.
    static void in_threads(int count, const std::function<void(int)>& work) {
        std::vector<std::thread> threads;
        std::atomic<int> failed{0};
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([&, i] {
                try {
                    work(i);
                } catch (const std::exception& error) {
                    ADD_FAILURE() << "client " << i << ": " << error.what();
                    ++failed;
                }
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        EXPECT_EQ(failed.load(), 0);
    }

    support::CapturedLog log_;
    base::SystemClock clock_;
    base::SystemEntropy entropy_;
    mqttd::Broker broker_;
    std::uint16_t port_ = 0;
};

/// Publishes so many messages one after the other and waits until each is finished.
void publish_all(SocketPeer& peer, const std::string& topic, int count) {
    for (int i = 0; i < count; ++i) {
        const auto id = static_cast<mqtt::PacketId>(i + 1);
        peer.publish(topic, "x", Qos::at_most_once);
        peer.publish(topic, "x", Qos::at_least_once, id);
        static_cast<void>(peer.wait_for<mqtt::Puback>());
        peer.publish(topic, "x", Qos::exactly_once, id);
        static_cast<void>(peer.wait_for<mqtt::Pubcomp>());
    }
}

TEST_F(Threads, clients_on_all_shards_exchange_messages_of_every_qos) {
    constexpr int clients = 4;
    constexpr int rounds = 30;
    std::vector<std::unique_ptr<SocketPeer>> readers;
    for (int i = 0; i < clients; ++i) {
        readers.push_back(std::make_unique<SocketPeer>(port_, "reader " + std::to_string(i), true));
        readers.back()->subscribe("t/#", Qos::exactly_once);
    }
    in_threads(2 * clients, [&](int i) {
        if (i < clients) {
            SocketPeer publisher(port_, "publisher " + std::to_string(i), true);
            publish_all(publisher, "t/" + std::to_string(i), rounds);
            return;
        }
        SocketPeer& reader = *readers[static_cast<std::size_t>(i - clients)];
        while (reader.messages() < clients * rounds * 3)
            reader.answer(reader.receive());
    });
    broker_.stop();
}

TEST_F(Threads, sessions_move_between_connections_while_messages_arrive) {
    constexpr int rounds = 20;
    SocketPeer(port_, "moving", false).subscribe("m", Qos::at_least_once);
    in_threads(3, [&](int i) {
        if (i == 0) {
            SocketPeer publisher(port_, "publisher", true);
            publish_all(publisher, "m", rounds);
        } else if (i == 1) {
            for (int round = 0; round < rounds; ++round) {
                SocketPeer peer(port_, "moving", false);
                peer.send(mqtt::Pingreq{});
                static_cast<void>(peer.wait_for<mqtt::Pingresp>());
            }
        } else {
            for (int round = 0; round < rounds; ++round) {
                SocketPeer peer(port_, "guest " + std::to_string(round), true);
                peer.subscribe("$share/g/m", Qos::at_least_once);
                peer.subscribe("$SYS/#", Qos::exactly_once);
            }
        }
    });
    broker_.stop();
}

TEST_F(Threads, a_reload_and_a_look_at_the_tree_disturb_nobody) {
    in_threads(3, [&](int i) {
        if (i == 0) {
            for (int round = 0; round < 20; ++round) {
                mqttd::BrokerConfig config = three_shards();
                config.limits.message_size_limit = static_cast<std::size_t>(100 + round);
                broker_.reload(std::move(config), {});
                EXPECT_FALSE(broker_.tree_text().empty());
            }
            return;
        }
        SocketPeer peer(port_, "client " + std::to_string(i), true);
        peer.subscribe("t", Qos::exactly_once);
        publish_all(peer, "t", 20);
    });
    std::uint64_t received = 0;
    for (const mqttd::Counters* counters : broker_.counters())
        received += counters->publish_received.value();
    EXPECT_EQ(received, 2U * 20U * 3U);
    broker_.stop();
}

/// Users u0 to u3, each with its name as password, and rules for all of them.
mqttd::AccessFiles files_of_users() {
    base::SystemEntropy entropy;
    crypto::PasswordFile users;
    for (const char* user : {"u0", "u1", "u2", "u3"}) {
        const auto hash = crypto::hash_password(
            user, crypto::HashMethod::pbkdf2_sha512, {.rounds = 1000}, entropy
        );
        users.set(user, to_text(*hash));
    }
    mqttd::ConfigErrors problems;
    const auto rules = std::make_shared<const mqttd::AclFile>(
        "pattern readwrite t/%u\n", "rules", problems, problems
    );
    return {
        {{"users", std::make_shared<const crypto::PasswordFile>(std::move(users))}},
        {{"rules", rules}}};
}

TEST_F(Threads, logins_are_checked_while_the_files_are_read_again) {
    constexpr int rounds = 15;
    mqttd::BrokerConfig config = three_shards();
    config.listeners[0].password_file = "users";
    config.listeners[0].acl_file = "rules";
    const mqttd::AccessFiles files = files_of_users();
    broker_.reload(config, files);
    in_threads(4, [&](int i) {
        const std::string user = "u" + std::to_string(i);
        for (int round = 0; round < rounds; ++round) {
            if (i == 0) {
                broker_.reload(config, files);
                EXPECT_FALSE(SocketPeer(port_, "stranger", true, "nobody").accepted());
                continue;
            }
            SocketPeer peer(port_, user, round % 2 == 0, user);
            EXPECT_TRUE(peer.accepted());
            peer.subscribe("t/#", Qos::at_least_once);
            peer.publish("t/" + user, "x", Qos::at_least_once, 1);
            EXPECT_EQ(peer.wait_for<mqtt::Puback>().reason, mqtt::ReasonCode::success);
            peer.publish("t/other", "x", Qos::at_least_once, 2);
            EXPECT_EQ(peer.wait_for<mqtt::Puback>().reason, mqtt::ReasonCode::not_authorized);
        }
    });
    broker_.stop();
}

TEST_F(Threads, a_stop_in_the_middle_tells_every_client) {
    constexpr int clients = 6;
    std::vector<std::unique_ptr<SocketPeer>> peers;
    for (int i = 0; i < clients; ++i)
        peers.push_back(std::make_unique<SocketPeer>(port_, "client " + std::to_string(i), true));
    in_threads(clients + 1, [&](int i) {
        if (i == clients) return broker_.stop();
        const auto farewell = peers[static_cast<std::size_t>(i)]->wait_for<mqtt::Disconnect>();
        EXPECT_EQ(farewell.reason, mqtt::ReasonCode::server_shutting_down);
    });
}

TEST(ThreadsAuto, is_one_shard_for_each_core_that_the_process_may_use) {
    cpu_set_t all;
    ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
    int first = 0;
    while (CPU_ISSET(first, &all) == 0)
        ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    mqttd::BrokerConfig config = support::open_config();
    config.threads = 0;
    support::CapturedLog log;
    const base::SystemClock clock;
    base::SystemEntropy entropy;
    const mqttd::Broker on_all(config, {}, log, clock, entropy);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    const mqttd::Broker on_one(config, {}, log, clock, entropy);
    ASSERT_EQ(::sched_setaffinity(0, sizeof all, &all), 0);
    EXPECT_EQ(on_all.shard_count(), static_cast<unsigned>(std::min(CPU_COUNT(&all), 64)));
    EXPECT_EQ(on_one.shard_count(), 1U);
}

} // namespace
} // namespace scenario
