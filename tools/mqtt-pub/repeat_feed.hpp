// One message, once or several times, with a pause after the delivery of each.
#pragma once

#include "tools/mqtt-pub/feed.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace mqtt_pub {

class RepeatFeed final : public Feed {
public:
    struct Plan {
        std::uint64_t times = 1;
        std::chrono::microseconds delay{0};
    };

    RepeatFeed(boost::asio::io_context& context, std::string payload, Plan plan);

    void pump(Sink& sink) override;
    void on_delivered(Sink& sink) override;
    void stop() override;

private:
    std::string payload_;
    std::uint64_t left_;
    std::chrono::microseconds delay_;
    bool pausing_ = false; ///< one is under way, or the pause after it
    boost::asio::steady_timer timer_;
};

} // namespace mqtt_pub
