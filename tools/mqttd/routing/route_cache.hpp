// What the last topics led to, so that a publisher that stays with its topics pays one comparison
// instead of a walk of the filter tree. Owned by a router, its thread only. Chosen topics can make
// it useless, but not wrong: an entry counts only for the very same topic in the very same tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace mqttd {

class Route;

class RouteCache {
public:
    static constexpr std::size_t most_routes = 5;
    static constexpr std::size_t longest_topic = 76;

    /// The routes that match the topic, nullopt when that is not remembered. generation: of the
    /// tree; it changes whenever a filter comes or goes. Valid until remember().
    [[nodiscard]] std::optional<std::span<Route* const>>
    find(std::string_view topic, std::uint64_t generation) const {
        if (topic.size() > longest_topic || !entries_) return std::nullopt;
        const Entry& entry = (*entries_)[slot_of(topic)];
        if (entry.generation != generation || entry.topic_size != topic.size() ||
            std::memcmp(entry.topic.data(), topic.data(), topic.size()) != 0) {
            return std::nullopt;
        }
        return std::span{entry.routes.data(), entry.count};
    }

    /// Remembers it in place of another topic, unless it is too long or leads to too many.
    void remember(std::string_view topic, std::uint64_t generation, std::span<Route* const> routes);

private:
    static constexpr unsigned slot_bits = 8;

    struct alignas(64) Entry {
        std::uint64_t generation = 0;
        std::array<Route*, most_routes> routes{};
        std::uint8_t count = 0;
        std::uint8_t topic_size = 0;
        std::array<char, longest_topic> topic{};
    };

    /// Mixes the beginning, the middle and the end.
    [[nodiscard]] static std::size_t slot_of(std::string_view topic) {
        const auto load = [&](std::size_t at) {
            std::uint64_t word = 0;
            std::memcpy(&word, topic.data() + at, sizeof word);
            return word;
        };
        std::uint64_t mixed = topic.size();
        if (topic.size() >= 8) {
            const std::size_t last = topic.size() - 8;
            mixed += load(0) * 0x9E3779B97F4A7C15U;
            mixed ^= (load(last / 2) + 1) * 0xBF58476D1CE4E5B9U;
            mixed ^= (load(last) + 2) * 0x94D049BB133111EBU;
        } else {
            for (const char character : topic)
                mixed = mixed << 8U | static_cast<std::uint8_t>(character);
        }
        return (mixed * 0x9E3779B97F4A7C15U) >> (64U - slot_bits);
    }

    using Entries = std::array<Entry, std::size_t{1} << slot_bits>;

    std::unique_ptr<Entries> entries_; ///< made at the first message
};

} // namespace mqttd
