#include "common/cli/message_printer.hpp"

#include "common/base/escape.hpp"

namespace cli {

namespace {

/// More topics than any screen has rows are not watched.
constexpr std::size_t most_rows = 1000;
constexpr std::size_t longest_line = 1000;

} // namespace

void MessagePrinter::print(std::string& out, const mqtt::Publish& packet, base::WallTime received) {
    if (settings_.watch) {
        print_on_screen(out, packet, received);
    } else {
        print_line(out, packet, received);
    }
}

void MessagePrinter::print_line(
    std::string& out, const mqtt::Publish& packet, base::WallTime received
) const {
    if (settings_.format.has_value()) {
        settings_.format->append(out, packet, received, settings_.pretty);
    } else {
        // As the mosquitto clients print it: nothing at all for an empty message without its topic.
        if (packet.payload.empty() && !settings_.verbose) return;
        if (settings_.verbose) (out += packet.topic) += ' ';
        out += packet.payload.empty() ? "(null)" : base::as_text(packet.payload);
    }
    if (settings_.line_end) out += '\n';
}

void MessagePrinter::print_on_screen(
    std::string& out, const mqtt::Publish& packet, base::WallTime received
) {
    auto row = rows_.find(packet.topic);
    if (row == rows_.end()) {
        if (rows_.size() == most_rows) return;
        if (rows_.empty()) out += "\x1B[2J";
        row = rows_.emplace(packet.topic, rows_.size() + 1).first;
    }
    std::string line;
    print_line(line, packet, received);
    while (line.ends_with('\n'))
        line.pop_back();
    out += "\x1B[" + std::to_string(row->second) + ";1H";
    out += base::escaped(line, longest_line);
    out += "\x1B[K";
}

void MessagePrinter::finish(std::string& out) const {
    if (!rows_.empty()) out += "\x1B[" + std::to_string(rows_.size() + 1) + ";1H";
}

} // namespace cli
