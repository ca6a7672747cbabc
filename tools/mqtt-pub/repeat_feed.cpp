#include "tools/mqtt-pub/repeat_feed.hpp"

#include <utility>

namespace mqtt_pub {

RepeatFeed::RepeatFeed(boost::asio::io_context& context, std::string payload, Plan plan)
    : payload_(std::move(payload)), left_(plan.times), delay_(plan.delay), timer_(context) {}

void RepeatFeed::pump(Sink& sink) {
    while (left_ > 0 && !pausing_ && sink.has_room()) {
        --left_;
        pausing_ = delay_.count() > 0 && left_ > 0;
        sink.send(payload_);
    }
    if (left_ == 0) sink.feed_done();
}

void RepeatFeed::on_delivered(Sink& sink) {
    if (!pausing_) return;
    timer_.expires_after(delay_);
    timer_.async_wait([this, &sink](const boost::system::error_code& error) {
        if (error) return;
        pausing_ = false;
        sink.wake();
    });
}

void RepeatFeed::stop() {
    timer_.cancel();
}

} // namespace mqtt_pub
