// One line on a terminal that says how the run goes, written over itself twice a second; silent
// when stderr is none. The main thread's.
#pragma once

#include "tools/mqtt-bench/load/counters.hpp"

#include <chrono>
#include <cstdint>
#include <iosfwd>

namespace bench {

class Progress {
public:
    /// err: where the line goes; on: whether it is a terminal.
    Progress(std::ostream& err, bool on);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    void show(const Totals& now);

private:
    std::ostream& err_;
    bool on_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = start_;
    std::uint64_t last_received_ = 0;
    std::uint64_t last_sent_ = 0;
};

} // namespace bench
