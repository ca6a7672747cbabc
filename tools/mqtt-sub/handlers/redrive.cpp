#include "tools/mqtt-sub/handlers/redrive.hpp"

#include "common/base/escape.hpp"
#include "common/cli/words.hpp"
#include "tools/mqtt-sub/handlers/dead_letter.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace mqtt_sub {

void Redrive::take(
    client::engine::DeliveryId id,
    const mqtt::Publish& packet,
    const std::vector<std::string_view>& /*filters*/
) {
    auto message = redriven(packet);
    if (!message) {
        console_.warning(
            "a message to " + base::in_quotes(packet.topic) +
            " is no dead letter (it has no user property dlq-topic) and stays where it is"
        );
        return;
    }
    const auto token = host_.publish(*std::move(message));
    if (token.has_value()) {
        under_way_[*token] = id;
    } else {
        console_.warning(
            "a dead letter of " + base::in_quotes(packet.topic) +
            " stays where it is: " + token.error().what
        );
    }
}

bool Redrive::on_published(client::Token token, const client::Published& published) {
    const auto found = under_way_.find(token);
    if (found == under_way_.end()) return false;
    const client::engine::DeliveryId id = found->second;
    under_way_.erase(found);
    if (!published.sent || is_error(published.reason)) {
        console_.warning("a dead letter stays where it is: " + published.what);
    } else {
        ++sent_back_;
        if (id != 0) host_.acknowledge(id);
    }
    check_end();
    return true;
}

void Redrive::finish() {
    ending_ = true;
    check_end();
}

void Redrive::drain() {
    finish();
}

void Redrive::check_end() {
    if (!ending_ || !idle()) return;
    boost::asio::post(context_, [this] {
        if (std::exchange(stopped_, true)) return;
        console_.note(cli::counted(sent_back_) + " sent back");
        host_.on_sink_idle();
    });
}

} // namespace mqtt_sub
