// What the scenarios share: a broker with as many shards as the parameter says, and clients whose
// names are spread over the shards, so that with two shards neighbours always live apart. Change
// config before the first connection.
#pragma once

#include "tests/support/broker_fixture.hpp"
#include "tests/support/fake_peer.hpp"
#include "tests/support/packet_text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace scenario {

using namespace std::chrono_literals;

using mqtt::PropertyBuilder;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;
using mqtt::RetainHandling;
using support::ConnectOptions;
using support::FakePeer;
using support::property;
using support::PublishOptions;
using support::SubscribeOptions;
using support::WillOptions;

inline constexpr auto v31 = ProtocolVersion::v31;
inline constexpr auto v311 = ProtocolVersion::v311;
inline constexpr auto v5 = ProtocolVersion::v5;

class Scenario : public testing::TestWithParam<unsigned> {
protected:
    mqttd::BrokerConfig config = support::open_config();

    support::BrokerFixture& broker() {
        if (!broker_) broker_ = std::make_unique<support::BrokerFixture>(GetParam(), config);
        return *broker_;
    }

    /// The identifier behind a name: the first name lives on shard 0, the next one on the next
    /// shard, and so on.
    const std::string& id_of(const std::string& name) {
        const auto found = ids_.find(name);
        if (found != ids_.end()) return found->second;
        const auto shard = static_cast<unsigned>(ids_.size() % broker().shard_count());
        return ids_.emplace(name, broker().id_on(shard, name)).first->second;
    }

    /// A connection without CONNECT, accepted by the shards in turn.
    FakePeer open() {
        return FakePeer(broker(), broker().open(accepted_++ % broker().shard_count()));
    }

    FakePeer connect(const std::string& name, const ConnectOptions& options = {}) {
        FakePeer peer = open();
        peer.connect(id_of(name), options);
        return peer;
    }

    /// A client whose session stays when the connection goes.
    FakePeer connect_persistent(const std::string& name, ProtocolVersion version = v5) {
        ConnectOptions options{.version = version, .clean = false};
        if (version == v5) options.properties = expiry(mqtt::session_never_expires);
        return connect(name, options);
    }

    static PropertyBuilder expiry(std::uint32_t seconds) {
        return property(PropertyId::session_expiry_interval, seconds);
    }

    std::uint64_t count(mqttd::Counter mqttd::Counters::*counter) {
        return broker().count(counter);
    }

private:
    std::unique_ptr<support::BrokerFixture> broker_;
    std::map<std::string, std::string> ids_;
    unsigned accepted_ = 0;
};

/// The scenarios of one file, with one shard and with several.
#define MIDGE_SCENARIOS(Suite)                                                                     \
    class Suite : public scenario::Scenario {};                                                    \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        Shards, Suite, testing::Values(1U, 2U), testing::PrintToStringParamName()                  \
    )

} // namespace scenario
