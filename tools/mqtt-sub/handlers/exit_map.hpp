// What the exit code of a handler means for its message. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace mqtt_sub {

enum class Verdict : std::uint8_t {
    done,          ///< acknowledge
    done_and_stop, ///< acknowledge, take no more, end
    retry,         ///< try again later
    dead_letter,   ///< it will never succeed
};

class ExitMap {
public:
    /// 0 done, 75 (EX_TEMPFAIL) retry, 65 (EX_DATAERR) dead letter, 99 done and stop, all others
    /// retry.
    ExitMap();

    /// Changes some: "3=dead-letter,4=ok". Words: ok, stop, retry, dead-letter. Throws UsageError
    /// that begins with name.
    void change(std::string_view name, std::string_view text);

    /// code: 0..255. A handler that was killed by a signal is tried again, whatever its code.
    [[nodiscard]] Verdict of(int code) const;

private:
    std::map<int, Verdict> codes_;
};

} // namespace mqtt_sub
