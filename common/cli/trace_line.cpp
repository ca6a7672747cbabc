#include "common/cli/trace_line.hpp"

#include "common/mqtt/spec/protocol.hpp"

namespace cli {

std::string trace_line(const client::engine::PacketTrace& trace) {
    const bool sent = trace.direction == client::engine::Direction::sent;
    std::string line = sent ? "sent " : "received ";
    line += mqtt::name_of(trace.type);
    if (!trace.detail.empty()) line += " (" + trace.detail + ')';
    return line;
}

} // namespace cli
