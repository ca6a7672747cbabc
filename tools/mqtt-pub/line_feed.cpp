#include "tools/mqtt-pub/line_feed.hpp"

#include "common/base/utf8.hpp"
#include "common/mqtt/spec/protocol.hpp"

#include <cstring>
#include <string>

namespace mqtt_pub {

LineFeed::LineFeed(boost::asio::io_context& context, int descriptor, Rules rules)
    : reader_(context, descriptor), rules_(rules) {}

void LineFeed::pump(Sink& sink) {
    while (sink.has_room()) {
        auto line = splitter_.next();
        if (!line && at_end_) line = splitter_.rest();
        if (!line) break;
        if (!send(sink, *line)) return;
    }
    if (at_end_ && splitter_.size() == 0) {
        sink.feed_done();
    } else if (sink.has_room()) {
        read(sink);
    }
}

bool LineFeed::send(Sink& sink, std::string_view line) {
    ++lines_;
    if (rules_.must_be_utf8 && !base::is_valid_utf8(line)) {
        sink.feed_failed(cli::ToolError(
            cli::ExitCode::local_error,
            "line " + std::to_string(lines_) +
                " is not UTF-8, which payload-format-indicator 1 promises"
        ));
        return false;
    }
    sink.send(line);
    return true;
}

void LineFeed::read(Sink& sink) {
    if (reading_) return;
    reading_ = true;
    reader_.read([this, &sink](std::string_view bytes, int error) {
        reading_ = false;
        if (error != 0) {
            sink.feed_failed(cli::ToolError(
                cli::ExitCode::local_error,
                std::string("cannot read standard input: ") + std::strerror(error)
            ));
            return;
        }
        at_end_ = bytes.empty();
        splitter_.append(bytes);
        if (splitter_.size() > mqtt::max_remaining_length + bytes.size()) {
            sink.feed_failed(cli::ToolError(
                cli::ExitCode::local_error,
                "line " + std::to_string(lines_ + 1) + " is longer than an MQTT message can be"
            ));
            return;
        }
        sink.wake();
    });
}

void LineFeed::stop() {
    reader_.cancel();
}

} // namespace mqtt_pub
