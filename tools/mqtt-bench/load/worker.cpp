#include "tools/mqtt-bench/load/worker.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace bench {

namespace {

constexpr std::size_t input_size = std::size_t{256} * 1024;
constexpr int events_a_turn = 256;
constexpr std::uint64_t longest_sleep = 20'000'000; // ns
constexpr std::uint64_t shortest_sleep = 60'000;    // ns; below it the loop spins
constexpr std::size_t kept_output = std::size_t{4} * 1024;

} // namespace

std::uint64_t now_ns() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
}

Worker::Worker(RunContext& context, unsigned number)
    : context_(context)
    , number_(number)
    , epoll_(epoll_create1(EPOLL_CLOEXEC))
    , wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
    , input_(2 * input_size) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_fd_, &event);
}

Worker::~Worker() {
    for (Client& client : clients_) {
        if (client.fd >= 0) ::close(client.fd);
    }
    ::close(wake_fd_);
    ::close(epoll_);
}

void Worker::add(const Member& member) {
    Client& client = clients_.emplace_back();
    client.member = &member;
    if (!member.publishes) {
        client.subscriber = std::make_unique<Subscriber>(member);
        return;
    }
    client.publisher =
        std::make_unique<Publisher>(*context_.roster, member, context_.run, context_.v5());
    context_.flows[member.flow] = {
        client.publisher.get(), this, static_cast<std::uint32_t>(clients_.size() - 1)};
}

void Worker::run() {
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    while (!stopping_) {
        wait_and_handle_events();
        if (has_orders_.exchange(false)) take_orders();
        if (foreign_credit_.exchange(false)) touch_all_publishers();
        if (!to_open_.empty()) open_due();
        keep_alive();
        if (publishing_) {
            mark_due();
            write_off_stalled();
            publish_touched();
        }
        flush_dirty();
    }
}

void Worker::wait_and_handle_events() {
    std::array<epoll_event, events_a_turn> events;
    std::uint64_t sleep = time_to_sleep();
    if (sleep != 0) {
        asleep_.store(true);
        // What came before asleep_ was visible would not wake us.
        if (has_orders_.load() || foreign_credit_.load()) sleep = 0;
    }
    const timespec timeout{0, static_cast<std::int64_t>(sleep)};
    const int ready = epoll_pwait2(epoll_, events.data(), events_a_turn, &timeout, nullptr);
    asleep_.store(false, std::memory_order_relaxed);
    now_ = now_ns();
    measure_from_ = context_.measure_from.load(std::memory_order_relaxed);
    measure_until_ = context_.measure_until.load(std::memory_order_relaxed);
    for (int i = 0; i < ready; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) {
            std::uint64_t count = 0;
            static_cast<void>(!::read(wake_fd_, &count, sizeof count));
            continue;
        }
        Client& client = *static_cast<Client*>(event.data.ptr);
        if (client.state == ClientState::connecting) {
            on_socket_connected(client);
            continue;
        }
        if ((event.events & EPOLLOUT) != 0 && client.waits_for_room) on_room(client);
        if (client.fd >= 0 && (event.events & ~std::uint32_t{EPOLLOUT}) != 0) read_from(client);
    }
}

std::uint64_t Worker::time_to_sleep() const {
    if (context_.plan->spin || !touched_.empty()) return 0;
    std::uint64_t next = now_ + longest_sleep;
    if (publishing_) {
        for (const Schedule& schedule : schedules_) {
            next = std::min(next, schedule.next_time());
        }
    }
    if (!to_open_.empty() && open_rate_ > 0) {
        const double due = static_cast<double>(opened_) * 1e9 / open_rate_;
        next = std::min(next, open_start_ + static_cast<std::uint64_t>(due));
    }
    if (next <= now_ + shortest_sleep) return 0;
    return next - now_;
}

// NOLINTNEXTLINE(readability-make-member-function-const): it makes the worker run
void Worker::wake() {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_fd_, &one, sizeof one));
}

void Worker::post(std::function<void()> order) {
    {
        const std::lock_guard lock(orders_mutex_);
        orders_.push_back(std::move(order));
    }
    has_orders_.store(true);
    wake();
}

void Worker::stop() {
    post([this] { stopping_ = true; });
}

void Worker::credit_arrived() {
    foreign_credit_.store(true);
    if (asleep_.load() && asleep_.exchange(false)) wake();
}

void Worker::take_orders() {
    std::vector<std::function<void()>> orders;
    {
        const std::lock_guard lock(orders_mutex_);
        orders.swap(orders_);
    }
    now_ = now_ns();
    for (const auto& order : orders) {
        order();
    }
}

void Worker::mark_dirty(Client& client) {
    if (client.dirty) return;
    client.dirty = true;
    dirty_.push_back(&client);
}

void Worker::flush_dirty() {
    for (std::size_t i = 0; i < dirty_.size(); ++i) { // NOLINT(modernize-loop-convert): it may grow
        dirty_[i]->dirty = false;
        if (dirty_[i]->fd >= 0 && !dirty_[i]->waits_for_room) flush(*dirty_[i]);
    }
    dirty_.clear();
}

void Worker::flush(Client& client) {
    const auto sent = ::send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return lost(client);
    client.out.consume(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    client.waits_for_room = !client.out.empty();
    client.out.release_above(kept_output);
}

// Sends bytes of the shared buffer; only what the socket does not take is copied.
void Worker::write_through(Client& client, Output& bytes) {
    std::size_t done = 0;
    if (client.out.empty()) {
        const auto sent = ::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            bytes.consume(bytes.size());
            return lost(client);
        }
        done = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
        client.waits_for_room = done < bytes.size();
    }
    if (done < bytes.size()) client.out.append(bytes.data() + done, bytes.size() - done);
    bytes.consume(bytes.size());
}

void Worker::on_room(Client& client) {
    flush(client);
    if (client.fd >= 0 && client.out.empty() && client.publisher) {
        touch(context_.flows[client.member->flow].client);
    }
}

} // namespace bench
