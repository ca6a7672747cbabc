// Topic aliases of one direction of one connection (MQTT 5.0). Owned by the connection or client
// engine and gone with it, because aliases end with the network connection [MQTT-3.3.2-7]; its
// thread only. Knows nothing of packets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mqtt::flow {

/// What the peer has told us. Holds no heap memory until an alias is set.
class AliasReceiver {
public:
    /// maximum: the Topic Alias Maximum we advertised; 0 = none accepted.
    explicit AliasReceiver(std::uint16_t maximum) : maximum_{maximum} {}

    /// Sets or replaces; false when alias is 0 or above the maximum. [MQTT-3.3.2-8] [MQTT-3.3.2-9]
    /// [MQTT-3.3.2-12]
    bool set(std::uint16_t alias, std::string_view topic);
    /// nullopt: never set. The view is valid until the alias is set again.
    [[nodiscard]] std::optional<std::string_view> find(std::uint16_t alias) const;

private:
    std::unique_ptr<std::string[]> topics_; ///< index alias - 1; empty = not set
    std::uint16_t size_ = 0;
    std::uint16_t maximum_;
};

/// What we tell the peer: the first topics get an alias each, later ones none, so that no alias
/// ever changes meaning.
class AliasSender {
public:
    /// maximum: the peer's Topic Alias Maximum; 0 = it accepts none. [MQTT-3.3.2-10]
    /// [MQTT-3.3.2-11]
    explicit AliasSender(std::uint16_t maximum) : maximum_{maximum} {}

    struct Choice {
        std::uint16_t alias;
        bool topic_needed; ///< the peer does not know the alias yet: send the topic name too
    };

    /// nullopt: send the topic name without an alias. A choice counts as sent.
    std::optional<Choice> choose(std::string_view topic);

private:
    struct TextHash {
        using is_transparent = void; // NOLINT(readability-identifier-naming): the standard's name

        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    using Aliases = std::unordered_map<std::string, std::uint16_t, TextHash, std::equal_to<>>;

    std::unique_ptr<Aliases> aliases_;
    std::uint16_t maximum_;
};

} // namespace mqtt::flow
