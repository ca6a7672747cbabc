// SendFlow against a plain list: random acknowledgements, reconnects and windows.
#include "common/mqtt/flow/send_flow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace mqtt::flow {
namespace {

struct Message {
    PacketId id;
    Awaiting awaiting;
    int item;
    bool sent;
};

class SendFlowModel {
public:
    explicit SendFlowModel(unsigned seed) : random_{seed}, window_{window()}, flow_{window_} {}

    void step() {
        switch (random_() % 8) {
        case 0:
        case 1:
        case 2:
            start();
            break;
        case 3:
            puback();
            break;
        case 4:
            pubrec();
            break;
        case 5:
            pubcomp();
            break;
        case 6:
            resend();
            break;
        default:
            if (random_() % 4 == 0) reconnect();
        }
        check();
    }

private:
    std::uint16_t window() { return static_cast<std::uint16_t>(1 + random_() % 12); }

    PacketId some_id() {
        if (messages_.empty() || random_() % 8 == 0)
            return static_cast<PacketId>(1 + random_() % 40);
        return messages_[random_() % messages_.size()].id;
    }

    std::vector<Message>::iterator find(PacketId id) {
        return std::find_if(messages_.begin(), messages_.end(), [&](const Message& message) {
            return message.id == id;
        });
    }

    [[nodiscard]] std::size_t unsent() const {
        return static_cast<std::size_t>(std::count_if(
            messages_.begin(), messages_.end(), [](const Message& message) { return !message.sent; }
        ));
    }

    void start() {
        const bool has_room = unsent() == 0 && messages_.size() < window_;
        ASSERT_EQ(flow_.has_room(), has_room);
        if (!has_room) return;
        const bool is_qos2 = random_() % 2 == 0;
        const int item = next_item_++;
        const PacketId id = flow_.start(item, is_qos2 ? Qos::exactly_once : Qos::at_least_once);
        ASSERT_NE(id, 0);
        ASSERT_TRUE(find(id) == messages_.end());
        messages_.push_back({id, is_qos2 ? Awaiting::pubrec : Awaiting::puback, item, true});
    }

    void puback() {
        const PacketId id = some_id();
        const auto found = find(id);
        const auto finished = flow_.on_puback(id);
        const bool expected = found != messages_.end() && found->awaiting == Awaiting::puback;
        ASSERT_EQ(finished.has_value(), expected);
        if (!expected) return;
        ASSERT_EQ(*finished, found->item);
        messages_.erase(found);
    }

    void pubrec() {
        const PacketId id = some_id();
        const auto found = find(id);
        const bool is_error = random_() % 3 == 0;
        std::optional<int> released;
        const PubrecOutcome outcome = flow_.on_pubrec(id, is_error, &released);
        if (found == messages_.end() || found->awaiting == Awaiting::puback) {
            ASSERT_EQ(outcome, PubrecOutcome::unknown);
            return;
        }
        ASSERT_EQ(released.has_value(), found->awaiting == Awaiting::pubrec);
        ASSERT_EQ(released.value_or(found->item), found->item);
        found->awaiting = Awaiting::pubcomp;
        if (is_error) messages_.erase(found);
        ASSERT_EQ(
            outcome, is_error ? PubrecOutcome::finished_with_error : PubrecOutcome::send_pubrel
        );
    }

    void pubcomp() {
        const PacketId id = some_id();
        const auto found = find(id);
        const bool expected = found != messages_.end() && found->awaiting == Awaiting::pubcomp;
        ASSERT_EQ(flow_.on_pubcomp(id), expected);
        if (expected) messages_.erase(found);
    }

    void reconnect() {
        window_ = window();
        flow_.set_window(window_);
        flow_.begin_resend();
        for (Message& message : messages_)
            message.sent = false;
    }

    void resend() {
        std::vector<PacketId> expected;
        for (Message& message : messages_) {
            if (message.sent) continue;
            if (messages_.size() - unsent() >= window_) break;
            message.sent = true;
            expected.push_back(message.id);
        }
        std::vector<PacketId> sent;
        flow_.resend([&](PacketId id, Awaiting, Qos, const int*) { sent.push_back(id); });
        ASSERT_EQ(sent, expected);
    }

    void check() {
        auto next = messages_.begin();
        flow_.for_each([&](PacketId id, Awaiting awaiting, Qos, const int* item) {
            ASSERT_TRUE(next != messages_.end());
            ASSERT_EQ(id, next->id);
            ASSERT_EQ(awaiting, next->awaiting);
            if (item != nullptr) {
                ASSERT_EQ(*item, next->item);
            }
            ++next;
        });
        ASSERT_TRUE(next == messages_.end());
        ASSERT_EQ(flow_.in_flight(), messages_.size());
        ASSERT_EQ(flow_.resending(), unsent() > 0);
    }

    std::mt19937 random_;
    std::uint16_t window_;
    SendFlow<int> flow_;
    std::vector<Message> messages_; ///< in order of sending
    int next_item_ = 1;
};

TEST(SendFlowModel, random_exchanges_follow_the_plain_list) {
    for (unsigned seed = 1; seed <= 600; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        SendFlowModel model{seed};
        for (int steps = 0; steps < 150; ++steps) {
            model.step();
            ASSERT_FALSE(::testing::Test::HasFailure());
        }
    }
}

} // namespace
} // namespace mqtt::flow
