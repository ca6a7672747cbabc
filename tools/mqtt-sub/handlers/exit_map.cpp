#include "tools/mqtt-sub/handlers/exit_map.hpp"

#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "common/cli/options/option_value.hpp"

#include <algorithm>
#include <string>

namespace mqtt_sub {

namespace {

constexpr int temporary_failure = 75; // EX_TEMPFAIL of sysexits.h
constexpr int wrong_data = 65;        // EX_DATAERR
constexpr int stop = 99;

constexpr std::string_view words = "ok|stop|retry|dead-letter";

} // namespace

ExitMap::ExitMap()
    : codes_{
          {0, Verdict::done},
          {temporary_failure, Verdict::retry},
          {wrong_data, Verdict::dead_letter},
          {stop, Verdict::done_and_stop}} {}

void ExitMap::change(std::string_view name, std::string_view text) {
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        const std::size_t equals = one.find('=');
        if (equals == std::string_view::npos) {
            throw cli::UsageError(
                std::string(name) + " needs CODE=WORD (got " + base::in_quotes(one) + ")",
                "75=retry,65=dead-letter"
            );
        }
        const auto code = cli::whole_number(name, one.substr(0, equals), {0, 255});
        codes_[static_cast<int>(code)] =
            static_cast<Verdict>(cli::choice(name, one.substr(equals + 1), words));
    }
}

Verdict ExitMap::of(int code) const {
    const auto found = codes_.find(code);
    return found == codes_.end() ? Verdict::retry : found->second;
}

} // namespace mqtt_sub
