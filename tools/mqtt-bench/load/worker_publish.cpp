// What goes to the broker: which publishers may send now, how much, and with which time on it.
#include "tools/mqtt-bench/load/worker.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr std::size_t write_size = std::size_t{64} * 1024;
constexpr std::uint64_t stall = 1'000'000'000; // ns
constexpr std::uint64_t window_part = 4;       // a closed loop sends when so much of it is free

} // namespace

void Worker::start_publishing(std::uint64_t start) {
    schedules_.clear();
    schedule_groups_.clear();
    for (const Group& group : context_.plan->groups) {
        if (group.rate <= 0) continue;
        std::vector<std::uint32_t> mine;
        for (std::uint32_t i = 0; i < clients_.size(); ++i) {
            if (clients_[i].publisher && clients_[i].member->group == &group) mine.push_back(i);
        }
        if (mine.empty()) continue;
        for (std::uint32_t turn = 0; turn < mine.size(); ++turn) {
            clients_[mine[turn]].publisher->turn = turn;
        }
        const double share = static_cast<double>(mine.size()) / group.publishers;
        schedules_.emplace_back(std::move(mine), group.rate * share, start);
        schedule_groups_.push_back(&group);
    }
    for (Client& client : clients_) {
        if (!client.publisher) continue;
        client.publisher->stopped = false;
        client.publisher->due = client.publisher->paced = 0;
    }
    publishing_ = true;
    next_stall_check_ = now_ + stall;
    touch_all_publishers();
}

void Worker::stop_publishing() {
    publishing_ = false;
    for (Client& client : clients_) {
        if (client.publisher) client.publisher->stopped = true;
    }
}

void Worker::touch(std::uint32_t client_index) {
    Publisher& publisher = *clients_[client_index].publisher;
    if (publisher.touched || publisher.stopped) return;
    publisher.touched = true;
    touched_.push_back(client_index);
}

void Worker::touch_all_publishers() {
    for (std::uint32_t i = 0; i < clients_.size(); ++i) {
        if (clients_[i].publisher) touch(i);
    }
}

void Worker::mark_due() {
    for (Schedule& schedule : schedules_) {
        while (schedule.next_time() <= now_) {
            const std::uint32_t client = schedule.advance();
            ++clients_[client].publisher->due;
            touch(client);
        }
    }
}

void Worker::publish_touched() {
    std::vector<std::uint32_t> touched;
    touched.swap(touched_);
    for (const std::uint32_t index : touched) {
        Client& client = clients_[index];
        client.publisher->touched = false;
        if (client.state != ClientState::online || client.waits_for_room) continue;
        if (client.publisher->stopped) continue;
        if (client.publisher->group().rate > 0) {
            publish_due(client);
        } else {
            publish_closed(client);
        }
    }
    if (touched_.empty()) {
        touched.clear();
        touched_.swap(touched);
    }
}

void Worker::publish_closed(Client& client) {
    Publisher& publisher = *client.publisher;
    std::uint64_t room = publisher.room();
    const std::uint64_t left = publisher.group().messages == 0
                                   ? UINT64_MAX
                                   : publisher.group().messages - publisher.sequence();
    const std::uint64_t least = std::max<std::uint64_t>(1, publisher.window() / window_part);
    if (room < std::min(least, left)) return;
    now_ = now_ns();
    std::uint64_t sent = 0;
    std::uint64_t expected = 0;
    while (room != 0 && scratch_.size() < write_size) {
        expected += publisher.compose(scratch_, now_);
        ++sent;
        --room;
        if (publisher.group().qos != mqtt::Qos::at_most_once && !publisher.book().next_is_free()) {
            break;
        }
    }
    after_publish(publisher, sent, expected);
    write_through(client, scratch_);
    // Without subscribers QoS 0 has no window: the socket alone holds it back.
    if (publisher.room() != 0 && client.fd >= 0 && !client.waits_for_room) {
        touch(context_.flows[client.member->flow].client);
    }
}

void Worker::publish_due(Client& client) {
    Publisher& publisher = *client.publisher;
    const Schedule& schedule = *schedule_of(publisher);
    std::uint64_t sent = 0;
    std::uint64_t expected = 0;
    const bool bounded = publisher.group().qos != mqtt::Qos::at_most_once;
    while (publisher.paced < publisher.due && scratch_.size() < write_size) {
        if (publisher.finished() || (bounded && publisher.room() == 0)) break;
        expected += publisher.compose(scratch_, schedule.time_of(publisher.turn, publisher.paced));
        ++publisher.paced;
        ++sent;
    }
    if (sent == 0) return;
    after_publish(publisher, sent, expected);
    write_through(client, scratch_);
    if (publisher.paced < publisher.due && client.fd >= 0 && !client.waits_for_room) {
        touch(context_.flows[client.member->flow].client);
    }
}

void Worker::after_publish(Publisher& publisher, std::uint64_t sent, std::uint64_t expected) {
    counters_.sent.add(sent);
    counters_.expected.add(expected);
    if (publisher.finished()) {
        publisher.stopped = true;
        counters_.finished_publishers.add();
    }
}

// What a broker dropped never comes; a closed loop must not wait for it for ever.
void Worker::write_off_stalled() {
    if (now_ < next_stall_check_) return;
    next_stall_check_ = now_ + stall;
    for (std::uint32_t i = 0; i < clients_.size(); ++i) {
        if (!clients_[i].publisher || clients_[i].publisher->stopped) continue;
        Publisher& publisher = *clients_[i].publisher;
        const bool stalled = publisher.checked == publisher.sequence() && publisher.sequence() != 0;
        if (stalled && publisher.group().qos == mqtt::Qos::at_most_once) publisher.write_off();
        publisher.checked = publisher.sequence();
        touch(i);
    }
}

const Schedule* Worker::schedule_of(const Publisher& publisher) const {
    const auto found =
        std::find(schedule_groups_.begin(), schedule_groups_.end(), &publisher.group());
    return &schedules_[static_cast<std::size_t>(found - schedule_groups_.begin())];
}

void Worker::clear_retained() {
    for (Client& client : clients_) {
        if (!client.publisher || client.state != ClientState::online) continue;
        Publisher& publisher = *client.publisher;
        const std::uint64_t count = publisher.sequence();
        publisher.rewind();
        while (publisher.sequence() < count) {
            publisher.compose(client.out, now_, true);
        }
        mark_dirty(client);
    }
}

} // namespace bench
