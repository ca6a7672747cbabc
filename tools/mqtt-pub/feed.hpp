// Where the messages come from, seen from the publisher, and the publisher seen from there. A feed
// gives what there is whenever there is room, so that nothing piles up.
#pragma once

#include "common/cli/error.hpp"

#include <string_view>

namespace mqtt_pub {

class Sink {
public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    [[nodiscard]] virtual bool has_room() const = 0;
    virtual void send(std::string_view payload) = 0;
    /// Asks for a pump() soon: there is something to send.
    virtual void wake() = 0;
    /// Nothing more will come.
    virtual void feed_done() = 0;
    /// Nothing more can come; what was sent is still waited for.
    virtual void feed_failed(const cli::ToolError& error) = 0;
};

class Feed {
public:
    Feed() = default;
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;
    virtual ~Feed() = default;

    /// Sends while there is room. Not called any more after feed_done() and feed_failed().
    virtual void pump(Sink& sink) = 0;

    /// One message is delivered or refused.
    virtual void on_delivered(Sink& /*sink*/) {}

    /// Drops everything that is pending on the io_context.
    virtual void stop() = 0;
};

} // namespace mqtt_pub
