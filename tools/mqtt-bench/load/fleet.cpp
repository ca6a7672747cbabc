#include "tools/mqtt-bench/load/fleet.hpp"

#include "common/base/entropy.hpp"
#include "common/mqtt/topic/topic.hpp"

#include <netdb.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>

namespace bench {

namespace {

constexpr std::chrono::milliseconds poll_interval(1);
constexpr std::chrono::milliseconds watch_interval(20);
constexpr std::size_t spare_descriptors = 50;
constexpr std::uint64_t most_shared_words = std::uint64_t{1} << 26U; // numbers of all rings

/// All addresses of a name. port may be empty. Throws RunError.
std::vector<SocketAddress>
resolve_all(const std::string& host, const std::string& port, const std::string& what) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const char* service = port.empty() ? nullptr : port.c_str();
    if (const int error = getaddrinfo(host.c_str(), service, &hints, &found); error != 0) {
        throw RunError(what + " \"" + host + "\": " + gai_strerror(error));
    }
    std::vector<SocketAddress> addresses;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        SocketAddress& address = addresses.emplace_back();
        std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
        address.length = each->ai_addrlen;
    }
    freeaddrinfo(found);
    return addresses;
}

/// 0, or the error of the system.
int try_to_connect(const SocketAddress& address) {
    const int fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    const auto* to = reinterpret_cast<const sockaddr*>(&address.storage);
    const int error = ::connect(fd, to, address.length) == 0 ? 0 : errno;
    ::close(fd);
    return error;
}

/// The first address of the broker that takes a connection: a name may have two families.
SocketAddress find_broker(const Target& target) {
    const std::string port = std::to_string(target.port);
    int error = 0;
    for (const SocketAddress& address : resolve_all(target.host, port, "host")) {
        error = try_to_connect(address);
        if (error == 0) return address;
    }
    throw RunError("cannot connect to " + target.host + ':' + port + ": " + std::strerror(error));
}

/// As many descriptors as the system allows; complains when they do not suffice.
void raise_descriptor_limit(std::size_t clients) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (clients + spare_descriptors > limit.rlim_cur) {
        throw RunError(
            std::to_string(clients) + " clients need more than the " +
                std::to_string(limit.rlim_cur) + " open files that the system allows",
            "use fewer clients, or raise the hard limit of open files"
        );
    }
}

std::uint64_t activity(const Totals& totals) {
    return totals.connected + totals.connect_failed + totals.disconnected + totals.subscribed +
           totals.subscribe_refused + totals.sent + totals.acknowledged + totals.refused +
           totals.received + totals.closed + totals.pongs;
}

} // namespace

Fleet::Fleet(const Plan& plan, std::function<void(const Totals&)> watch)
    : plan_(plan), watch_(std::move(watch)), roster_(make_roster(plan)) {
    raise_descriptor_limit(roster_.members.size());
    base::SystemEntropy entropy;
    context_.plan = &plan_;
    context_.roster = &roster_;
    context_.run = static_cast<std::uint32_t>(entropy.next());
    context_.flows.resize(roster_.publishers.size());
    resolve();
    prepare_shared();
    for (unsigned i = 0; i < plan_.threads; ++i) {
        workers_.push_back(std::make_unique<Worker>(context_, i));
    }
    // The publisher and the subscriber of a pair have one index, and share a thread.
    for (const Member& member : roster_.members) {
        workers_[member.index % workers_.size()]->add(member);
    }
    for (const auto& worker : workers_) {
        threads_.emplace_back([each = worker.get()] { each->run(); });
    }
}

Fleet::~Fleet() {
    for (const auto& worker : workers_) {
        worker->stop();
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Fleet::resolve() {
    const Target& target = plan_.target;
    context_.broker = find_broker(target);
    for (const std::string& source : target.source_addresses) {
        context_.sources.push_back(resolve_all(source, "", "source address").front());
        if (context_.sources.back().storage.ss_family != context_.broker.storage.ss_family) {
            throw RunError("source address " + source + " and the broker's differ in family");
        }
    }
}

void Fleet::prepare_shared() {
    context_.shared.resize(plan_.groups.size());
    const std::uint64_t flows = std::max<std::uint64_t>(1, roster_.publishers.size());
    std::uint64_t capacity = std::uint64_t{1} << 17U;
    while (capacity > 4096 && capacity * flows > most_shared_words) {
        capacity /= 2;
    }
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
        const Group& group = plan_.groups[i];
        if (group.subscribers == 0 || !mqtt::topic::is_shared(group.filter.text())) continue;
        for (std::uint64_t flow = 0; flow < flows; ++flow) {
            context_.shared[i].push_back(std::make_unique<SeenRing>(capacity));
        }
    }
}

void Fleet::order(const std::function<void(Worker&)>& what) {
    std::mutex mutex;
    std::condition_variable done;
    std::size_t left = workers_.size();
    for (const auto& worker : workers_) {
        worker->post([&, each = worker.get()] {
            what(*each);
            const std::lock_guard lock(mutex);
            if (--left == 0) done.notify_one();
        });
    }
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return left == 0; });
}

std::uint64_t Fleet::count(Role role) const {
    const std::size_t publishers = roster_.publishers.size();
    return role == Role::publishers ? publishers : roster_.members.size() - publishers;
}

void Fleet::connect(Role role, bool clean_start) {
    const Totals before = totals();
    const double rate = plan_.connect_rate / plan_.threads;
    order([&](Worker& worker) { worker.open(role, clean_start, rate); });
    const std::uint64_t wanted = before.connected + count(role);
    const bool all = wait_until([&](const Totals& now) {
        return now.connected >= wanted || now.connect_failed != before.connect_failed;
    });
    const Totals after = totals();
    const std::string where = plan_.target.host + ':' + std::to_string(plan_.target.port);
    if (after.connect_failed != before.connect_failed) {
        throw RunError("a connection to " + where + " failed or was refused");
    }
    if (!all) throw RunError("no answer to CONNECT from " + where);
}

void Fleet::subscribe() {
    const Totals before = totals();
    std::uint64_t filters = 0;
    for (const Group& group : plan_.groups) {
        filters += std::uint64_t{group.subscribers} * group.filters_each;
    }
    order([](Worker& worker) { worker.subscribe(); });
    const auto answered = [&](const Totals& now) {
        return now.subscribed + now.subscribe_refused - before.subscribed -
               before.subscribe_refused;
    };
    const bool all = wait_until([&](const Totals& now) { return answered(now) >= filters; });
    const std::uint64_t refused = totals().subscribe_refused - before.subscribe_refused;
    if (refused != 0) {
        throw RunError("the broker refused " + std::to_string(refused) + " subscriptions");
    }
    if (!all) throw RunError("no answer to SUBSCRIBE");
}

void Fleet::disconnect(Role role) {
    order([role](Worker& worker) { worker.close(role); });
}

bool Fleet::ping(Role role) {
    const Totals before = totals();
    order([role](Worker& worker) { worker.ping(role); });
    const std::uint64_t lost = before.disconnected;
    return wait_until([&](const Totals& now) {
        return now.pongs - before.pongs + now.disconnected - lost >= count(role);
    });
}

bool Fleet::wait_until(const std::function<bool(const Totals&)>& done) {
    auto last_watch = std::chrono::steady_clock::now();
    auto last_progress = last_watch;
    std::uint64_t last_activity = 0;
    for (;;) {
        const Totals now = totals();
        if (done(now)) return true;
        const auto time = std::chrono::steady_clock::now();
        if (activity(now) != last_activity) {
            last_activity = activity(now);
            last_progress = time;
        } else if (time - last_progress > plan_.patience) {
            return false;
        }
        if (time - last_watch > watch_interval) {
            last_watch = time;
            if (watch_) watch_(now);
        }
        std::this_thread::sleep_for(poll_interval);
    }
}

void Fleet::wait_for(std::chrono::nanoseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    for (auto now = until - time; now < until; now = std::chrono::steady_clock::now()) {
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(until - now, watch_interval)
        );
        if (watch_) watch_(totals());
    }
}

Totals Fleet::totals() const {
    Totals sum;
    for (const auto& worker : workers_) {
        sum.add(worker->counters());
    }
    return sum;
}

Worker::Latencies Fleet::latencies() {
    std::mutex mutex;
    Worker::Latencies sum;
    order([&](Worker& worker) {
        const std::lock_guard lock(mutex);
        sum.delivery.merge(worker.latencies().delivery);
        sum.acknowledgement.merge(worker.latencies().acknowledgement);
        sum.connect.merge(worker.latencies().connect);
        sum.subscribe.merge(worker.latencies().subscribe);
    });
    return sum;
}

void Fleet::measure(std::uint64_t from, std::uint64_t until) {
    context_.measure_from.store(from);
    context_.measure_until.store(until);
}

} // namespace bench
