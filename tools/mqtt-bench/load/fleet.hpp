// All workers of a run and their threads, as the workloads see them: orders to all, sums over all,
// and waiting until something has happened. Used by one thread, which owns it.
#pragma once

#include "tools/mqtt-bench/load/counters.hpp"
#include "tools/mqtt-bench/load/run_context.hpp"
#include "tools/mqtt-bench/load/worker.hpp"
#include "tools/mqtt-bench/plan/roster.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace bench {

/// The run cannot go on: no broker, too few file descriptors, a broker that refuses.
class RunError : public std::runtime_error {
public:
    explicit RunError(const std::string& message, std::string hint_text = {})
        : std::runtime_error(message), hint(std::move(hint_text)) {}

    std::string hint;
};

class Fleet {
public:
    /// Starts the threads; the plan outlives it. watch is called about every 20 ms while it waits.
    /// Throws RunError, and std::invalid_argument for the plan.
    Fleet(const Plan& plan, std::function<void(const Totals&)> watch);
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    ~Fleet();

    /// Posts it to every worker and waits until all have done it.
    void order(const std::function<void(Worker&)>& what);

    /// Opens the clients of one role and waits for them. Throws RunError when one fails.
    void connect(Role role, bool clean_start = true);
    /// Subscribes all subscribers. Throws RunError when a filter is refused or none answers.
    void subscribe();
    void disconnect(Role role);
    /// Waits for the answer to one PINGREQ of each client: the broker has read all before it.
    bool ping(Role role);

    /// Waits until done(totals), for so long as anything moves: false after the plan's patience
    /// without any progress.
    bool wait_until(const std::function<bool(const Totals&)>& done);
    void wait_for(std::chrono::nanoseconds time);

    [[nodiscard]] Totals totals() const;
    [[nodiscard]] Worker::Latencies latencies();

    /// Latencies count messages with a time from here on, until there.
    void measure(std::uint64_t from, std::uint64_t until);

    [[nodiscard]] const Plan& plan() const { return plan_; }

    [[nodiscard]] const Roster& roster() const { return roster_; }

    [[nodiscard]] std::uint64_t count(Role role) const;

private:
    void resolve();
    void prepare_shared();

    const Plan& plan_;
    std::function<void(const Totals&)> watch_;
    Roster roster_;
    RunContext context_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::thread> threads_;
};

} // namespace bench
