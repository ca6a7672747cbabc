// What takes messages that are acknowledged later: handlers, or their way back from the dead
// letters. Owned by the subscriber.
#pragma once

#include "common/client/client.hpp"

#include <string_view>
#include <vector>

namespace mqtt_sub {

class DeliverySink {
public:
    DeliverySink() = default;
    DeliverySink(const DeliverySink&) = delete;
    DeliverySink& operator=(const DeliverySink&) = delete;
    virtual ~DeliverySink() = default;

    /// A message came; id 0: it is not acknowledged. filters: the subscriptions that it came for;
    /// empty: that is not known.
    virtual void take(
        client::engine::DeliveryId id,
        const mqtt::Publish& packet,
        const std::vector<std::string_view>& filters
    ) = 0;
    /// True: the message was one of ours.
    virtual bool on_published(client::Token token, const client::Published& published) = 0;
    /// No more messages come: those that are there are handled to their end.
    virtual void finish() = 0;
    /// Nothing new is started. What is not done soon is not acknowledged.
    virtual void drain() = 0;
    [[nodiscard]] virtual bool idle() const = 0;
    /// Ends at once: nothing of it runs or waits any more.
    virtual void stop() = 0;
};

/// What a sink needs of the connection. Implemented by the subscriber.
class DeliveryHost {
public:
    DeliveryHost(const DeliveryHost&) = delete;
    DeliveryHost& operator=(const DeliveryHost&) = delete;

    virtual void acknowledge(client::engine::DeliveryId id) = 0;
    virtual base::Result<client::Token, client::Refusal> publish(client::Message message) = 0;
    /// It is enough: no more messages.
    virtual void on_sink_stop() = 0;
    /// Nothing is left after finish() or drain().
    virtual void on_sink_idle() = 0;

protected:
    DeliveryHost() = default;
    ~DeliveryHost() = default;
};

} // namespace mqtt_sub
