// Messages as the user wants to see them: as text appended to a buffer. Owned by the subscriber.
// Knows nothing of where the text goes.
#pragma once

#include "common/base/clock.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "tools/mqtt-sub/subscribe_settings.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace mqtt_sub {

class MessagePrinter {
public:
    /// settings outlives the printer.
    explicit MessagePrinter(const OutputSettings& settings) : settings_(settings) {}

    void print(std::string& out, const mqtt::Publish& packet, base::WallTime received);
    /// What has to follow the last message.
    void finish(std::string& out) const;

private:
    void print_line(std::string& out, const mqtt::Publish& packet, base::WallTime received) const;
    void print_on_screen(std::string& out, const mqtt::Publish& packet, base::WallTime received);

    const OutputSettings& settings_;
    std::map<std::string, std::size_t, std::less<>> rows_; ///< --watch: topic → row, from 1
};

} // namespace mqtt_sub
