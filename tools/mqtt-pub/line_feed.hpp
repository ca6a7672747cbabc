// Each line of standard input as a message. Reads only while there is room to send, so the memory
// it takes does not depend on the length of the input; no line is lost on the way.
#pragma once

#include "tools/mqtt-pub/feed.hpp"
#include "tools/mqtt-pub/input_reader.hpp"
#include "tools/mqtt-pub/line_splitter.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>

namespace mqtt_pub {

class LineFeed final : public Feed {
public:
    struct Rules {
        bool must_be_utf8 = false;
    };

    LineFeed(boost::asio::io_context& context, int descriptor, Rules rules);

    void pump(Sink& sink) override;
    void stop() override;

private:
    void read(Sink& sink);
    bool send(Sink& sink, std::string_view line);

    InputReader reader_;
    LineSplitter splitter_;
    Rules rules_;
    std::uint64_t lines_ = 0;
    bool reading_ = false;
    bool at_end_ = false;
};

} // namespace mqtt_pub
