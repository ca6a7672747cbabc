// A topic with counters in it: "plant/{i}/sensor/{n%100:3}". {i} is the number of the client in its
// group, {n} that of its message, both from 0; "%K" counts modulo K and ":W" pads with zeros to W
// digits. A value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class TopicTemplate {
public:
    TopicTemplate() = default;

    /// Throws std::invalid_argument, which says what is wrong with the text.
    explicit TopicTemplate(std::string_view text);

    /// Appends the topic of one message.
    void append_to(std::string& out, std::uint64_t client, std::uint64_t message) const;

    [[nodiscard]] std::string topic(std::uint64_t client, std::uint64_t message = 0) const;

    /// Whether it holds {n}: every message may have another topic.
    [[nodiscard]] bool depends_on_message() const;

    /// After how many messages the topics repeat: 1 without {n}, 0 when {n} counts without end.
    [[nodiscard]] std::uint64_t period() const;

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    enum class Counter : std::uint8_t { none, client, message };

    struct Part {
        std::string text; ///< before the counter
        Counter counter = Counter::none;
        std::uint64_t modulus = 0; ///< 0 = none
        std::size_t width = 0;
    };

    static Part parse_counter(std::string_view inside);

    std::string text_;
    std::vector<Part> parts_;
};

} // namespace bench
