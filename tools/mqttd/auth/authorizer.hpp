// May this client do that with this topic? Asked for every publication, subscription and delivery
// of a listener that has rules, so it answers at once. Owned by auth; immutable, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace mqttd {

enum class TopicAccess : std::uint8_t {
    read,      ///< get a message with this topic
    write,     ///< publish to this topic, wills included
    subscribe, ///< the topic is a filter, without $share/group/
};

/// Whom a rule is about. Views live as long as the call.
struct Subject {
    std::string_view user; ///< empty: none was given
    std::string_view client_id;
};

class Authorizer {
public:
    Authorizer(const Authorizer&) = delete;
    Authorizer& operator=(const Authorizer&) = delete;
    virtual ~Authorizer() = default;

    /// topic: mount point included.
    [[nodiscard]] virtual bool
    allows(const Subject& subject, TopicAccess access, std::string_view topic) const = 0;

protected:
    Authorizer() = default;
};

} // namespace mqttd
