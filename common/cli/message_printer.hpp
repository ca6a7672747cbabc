// Messages as the user wants to see them: as text appended to a buffer. Owned by a tool.
// Knows nothing of where the text goes.
#pragma once

#include "common/base/clock.hpp"
#include "common/cli/message_format.hpp"
#include "common/mqtt/packet/packets.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace cli {

/// How messages are shown.
struct PrintSettings {
    std::optional<MessageFormat> format; ///< -F; else the payload
    bool verbose = false;                ///< the topic in front of the payload
    bool line_end = true;
    bool pretty = false; ///< JSON over several lines
    bool watch = false;  ///< a line of the screen for each topic
};

class MessagePrinter {
public:
    /// settings outlives the printer.
    explicit MessagePrinter(const PrintSettings& settings) : settings_(settings) {}

    void print(std::string& out, const mqtt::Publish& packet, base::WallTime received);
    /// What has to follow the last message.
    void finish(std::string& out) const;

private:
    void print_line(std::string& out, const mqtt::Publish& packet, base::WallTime received) const;
    void print_on_screen(std::string& out, const mqtt::Publish& packet, base::WallTime received);

    const PrintSettings& settings_;
    std::map<std::string, std::size_t, std::less<>> rows_; ///< --watch: topic → row, from 1
};

} // namespace cli
