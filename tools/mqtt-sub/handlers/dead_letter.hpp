// What becomes of a message that no handler could deal with: a message to another topic, or a line
// of a file; and the way back. Pure.
#pragma once

#include "common/client/engine/message.hpp"
#include "tools/mqtt-sub/handlers/held_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mqtt_sub {

/// Why it is given up.
struct DeadLetterReason {
    std::uint32_t attempts = 0;
    std::string_view why;        ///< "exit code 65", "signal 9", "timed out after 30 s"
    std::string_view error_tail; ///< of standard error
    base::WallTime first_seen{};
    std::string_view host;
    std::string_view rule; ///< empty: there are no rules
};

/// QoS 1 with the payload and the properties of the original, and user properties dlq-topic,
/// dlq-attempts, dlq-reason, dlq-stderr, dlq-first-seen, dlq-host, dlq-rule that say the rest.
[[nodiscard]] client::engine::Message
dead_letter(std::string topic, const HeldMessage& message, const DeadLetterReason& reason);

/// The same as one line of JSON, without line end.
[[nodiscard]] std::string
dead_letter_line(const HeldMessage& message, const DeadLetterReason& reason);

/// A dead letter as it was before: to its old topic, without the properties that tell of its end.
/// nullopt: it is not a dead letter.
[[nodiscard]] std::optional<client::engine::Message> redriven(const mqtt::Publish& letter);

} // namespace mqtt_sub
