// One configuration option as data: a row of the option table. The parser, --test-config, the
// reload comparison and the manual page read rows; they know no option by name. Immutable; any
// thread.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace mqttd {

struct ConfigDraft;
struct Statement;

enum class ValueType : std::uint8_t {
    flag,     ///< true, false, 1, 0
    integer,  ///< decimal, 0x hexadecimal or 0 octal
    duration, ///< a number and one of s h d w m y; in seconds
    choice,   ///< one of the words of `choices`, numbered from 1
    text,     ///< the rest of the line
    custom,   ///< read by `handle`
};

enum class Scope : std::uint8_t { global, listener };
enum class Reload : std::uint8_t { live, restart };

/// A value that was read from the file; text for ValueType::text, number for all others.
struct Value {
    std::int64_t number = 0;
    std::string text;
};

/// How to reach the member that an option sets. All three or none.
template <typename Owner>
struct Access {
    void (*assign)(Owner&, const Value&) = nullptr;
    void (*copy)(Owner& to, const Owner& from) = nullptr;
    std::string (*show)(const Owner&) = nullptr;
};

inline constexpr std::int64_t no_maximum = std::numeric_limits<std::int64_t>::max();

struct Option {
    std::string_view name;
    std::string_view alias = {};
    ValueType type = ValueType::custom;
    std::string_view default_text = {}; ///< as one would write it; empty: not set
    std::int64_t minimum = 0;
    std::int64_t maximum = no_maximum;
    std::string_view zero_word = {}; ///< a word that stands for the number 0
    std::string_view choices = {};   ///< words separated by |
    std::string_view unit = {};      ///< "bytes", "seconds", …
    Scope scope = Scope::global;
    Reload reload = Reload::live;
    bool is_prefix = false; ///< any name that begins with `name`
    bool repeatable = false;
    std::string_view syntax = {};     ///< of a custom value, for the manual: "PORT [ADDRESS]"
    std::string_view deprecated = {}; ///< what to use instead
    std::string_view help = {};
    std::string_view needs = {}; ///< not built yet: what is missing
    std::string_view harmless =
        {}; ///< values, separated by |, that ask for nothing although it is not built
    /// For options that are more than one member; the value is read already unless the type is
    /// custom.
    void (*handle)(ConfigDraft&, const Statement&, const Value&) = nullptr;
    Access<BrokerConfig> global = {};
    Access<ListenerConfig> listener = {};

    [[nodiscard]] constexpr bool built() const { return needs.empty(); }
};

} // namespace mqttd
