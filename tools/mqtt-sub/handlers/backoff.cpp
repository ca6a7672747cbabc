#include "tools/mqtt-sub/handlers/backoff.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace mqtt_sub {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds longest_duration = std::chrono::hours(24);

[[noreturn]] void refuse(std::string_view name, std::string_view what, std::string_view text) {
    throw cli::UsageError(
        std::string(name) + " needs " + std::string(what) + " (got " + base::in_quotes(text) + ")"
    );
}

milliseconds unit_of(std::string_view word) {
    if (word == "ms") return milliseconds(1);
    if (word == "s" || word.empty()) return std::chrono::seconds(1);
    if (word == "m") return std::chrono::minutes(1);
    if (word == "h") return std::chrono::hours(1);
    return milliseconds(0);
}

} // namespace

milliseconds duration(std::string_view name, std::string_view text) {
    constexpr std::string_view wanted = "a time from 1ms to 24h, as 500ms, 30s or 5m,";
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const milliseconds unit = unit_of(text.substr(static_cast<std::size_t>(end - text.data())));
    const milliseconds result = count * unit;
    if (error != std::errc() || result.count() == 0 || result > longest_duration)
        refuse(name, wanted, text);
    return result;
}

Backoff Backoff::parse(std::string_view name, std::string_view text) {
    constexpr std::string_view jitter = ",jitter";
    Backoff backoff;
    std::string_view range = text;
    if (range.ends_with(jitter)) {
        backoff.jitter_ = true;
        range.remove_suffix(jitter.size());
    }
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) refuse(name, "two times, as 1s..1m,", text);
    backoff.first_ = duration(name, range.substr(0, dots));
    backoff.longest_ = duration(name, range.substr(dots + 2));
    if (backoff.longest_ < backoff.first_) refuse(name, "the shorter time first", text);
    return backoff;
}

milliseconds Backoff::after(std::uint32_t attempts, base::Entropy& entropy) const {
    constexpr std::uint32_t most_doublings = 30; // a day is less than 2^27 ms
    const std::uint32_t doublings = std::min(attempts - std::min(attempts, 1U), most_doublings);
    milliseconds delay = first_;
    for (std::uint32_t i = 0; i < doublings && delay < longest_; ++i)
        delay *= 2;
    delay = std::min(delay, longest_);
    if (!jitter_) return delay;
    const auto half = static_cast<std::uint64_t>(delay.count()) / 2;
    return milliseconds(static_cast<std::int64_t>(half + entropy.next() % (half + 1)));
}

} // namespace mqtt_sub
