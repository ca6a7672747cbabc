// The will of a session: what to publish when its connection ends without a normal DISCONNECT. A
// copy of CONNECT's will, owned by the session. [MQTT5 3.1.2.5]
#pragma once

#include "common/base/bytes.hpp"
#include "common/mqtt/packet/packets.hpp"
#include "tools/mqttd/persistence/records.hpp"
#include "tools/mqttd/publish/message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mqttd {

class Will {
public:
    /// topic: mount point included.
    Will(const mqtt::Will& will, std::string topic);

    /// One that was kept.
    explicit Will(const WillRecord& record);

    [[nodiscard]] WillRecord record() const;

    /// Will Delay Interval; the session's end may come first. [MQTT-3.1.3-9]
    [[nodiscard]] std::chrono::seconds delay() const { return delay_; }

    /// The message, its expiry counted from now; views into this object.
    [[nodiscard]] MessageParts parts(base::SteadyTime now, std::uint64_t origin) const;

private:
    std::string topic_;
    base::ByteBuffer payload_;
    base::ByteBuffer properties_; ///< the forwarded ones
    std::uint64_t property_mask_ = 0;
    std::chrono::seconds delay_{0};
    std::optional<std::chrono::seconds> expiry_;
    mqtt::Qos qos_;
    bool retain_;
};

} // namespace mqttd
