#include "tools/mqttd/session/will.hpp"

#include <utility>

namespace mqttd {

Will::Will(const mqtt::Will& will, std::string topic)
    : topic_(std::move(topic))
    , payload_(will.payload.begin(), will.payload.end())
    , qos_(will.qos)
    , retain_(will.retain) {
    for (const mqtt::PropertyView& property : will.properties) {
        if (property.id == mqtt::PropertyId::will_delay_interval) {
            delay_ = std::chrono::seconds(property.number);
        } else if (property.id == mqtt::PropertyId::message_expiry_interval) {
            expiry_ = std::chrono::seconds(property.number);
        } else {
            base::append(properties_, property.wire);
            property_mask_ |= std::uint64_t{1} << static_cast<unsigned>(property.id);
        }
    }
}

Will::Will(const WillRecord& record)
    : topic_(record.topic)
    , payload_(record.payload)
    , properties_(record.properties)
    , property_mask_(record.property_mask)
    , delay_(record.delay)
    , qos_(record.qos)
    , retain_(record.retain) {
    if (record.expiry) expiry_ = std::chrono::seconds(*record.expiry);
}

WillRecord Will::record() const {
    WillRecord record{
        .topic = topic_,
        .payload = payload_,
        .properties = properties_,
        .property_mask = property_mask_,
        .delay = static_cast<std::uint32_t>(delay_.count()),
        .expiry = std::nullopt,
        .qos = qos_,
        .retain = retain_,
    };
    if (expiry_) record.expiry = static_cast<std::uint32_t>(expiry_->count());
    return record;
}

MessageParts Will::parts(base::SteadyTime now, std::uint64_t origin) const {
    return {
        .topic = topic_,
        .properties = {properties_, property_mask_},
        .payload = payload_,
        .qos = qos_,
        .retain = retain_,
        .expires = expiry_ ? now + *expiry_ : never_expires,
        .origin = origin,
    };
}

} // namespace mqttd
