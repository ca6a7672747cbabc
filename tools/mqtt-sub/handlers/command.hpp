// The command of a handler: split into words once, filled in for each message. Pure.
#pragma once

#include "common/base/result.hpp"
#include "common/cli/message_format.hpp"
#include "tools/mqtt-sub/handlers/held_message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mqtt_sub {

/// Splits as a shell would: at blanks, with '…', "…" and \ to keep them. Nothing is expanded.
/// Throws UsageError that begins with name.
[[nodiscard]] std::vector<std::string> split_words(std::string_view name, std::string_view text);

class Command {
public:
    Command() = default;

    /// The words may have the fields of -F; each stays one argument, whatever the message is.
    /// Throws UsageError.
    [[nodiscard]] static Command parse(std::string_view name, std::string_view text);

    /// The whole text for /bin/sh -c, without fields: the message is in environment and standard
    /// input.
    [[nodiscard]] static Command for_shell(std::string_view text);

    /// The arguments, the program first; an error when a field has a NUL, which no argument can
    /// have.
    [[nodiscard]] base::Result<std::vector<std::string>, std::string>
    arguments(const HeldMessage& message) const;

    /// As the words stand in the configuration: "store", "/bin/sh".
    [[nodiscard]] const std::string& program() const { return program_; }

    [[nodiscard]] bool empty() const { return program_.empty(); }

private:
    std::string program_;
    std::vector<cli::MessageFormat> words_; ///< after the program
    std::vector<std::string> fixed_;        ///< instead of words, for a shell
};

} // namespace mqtt_sub
