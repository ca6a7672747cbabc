// One line of an ACL file: what may (or may not) be done with the topics of a filter. A pattern's
// filter has %c and %u, which stand for the client identifier and the user name. Pure.
#pragma once

#include "tools/mqttd/auth/authorizer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mqttd {

enum class AclPermission : std::uint8_t { read, write, readwrite, deny };

/// Whether some topic is matched by both filters. [MQTT-4.7.2-1]
[[nodiscard]] bool filters_overlap(std::string_view a, std::string_view b);

class AclRule {
public:
    AclRule(AclPermission permission, std::string filter)
        : permission_(permission), filter_(std::move(filter)) {}

    /// A rule whose %c and %u are not text.
    [[nodiscard]] static AclRule pattern(AclPermission permission, std::string filter);

    [[nodiscard]] AclPermission permission() const { return permission_; }

    /// The filter for this subject: with its names put in for %c and %u. nullopt when the subject
    /// has no such name, or one that would reach further than the rule was written for:
    /// wildcards, a '$' where the rule has none, or levels in a client identifier (but for what is
    /// denied). scratch holds the result when something was put in.
    [[nodiscard]] std::optional<std::string_view>
    filter_for(const Subject& subject, std::string& scratch) const;

    [[nodiscard]] const std::string& filter() const { return filter_; }

    [[nodiscard]] bool has_names() const { return names_client_ || names_user_; }

private:
    AclPermission permission_;
    bool names_client_ = false;
    bool names_user_ = false;
    std::string filter_;
};

/// Rules that are asked together; a deny rule counts before all others.
class AclRules {
public:
    enum class Answer : std::uint8_t { allowed, denied, silent };

    void add(AclRule rule);

    [[nodiscard]] Answer
    ask(const Subject& subject, TopicAccess access, std::string_view topic) const;

private:
    std::vector<AclRule> denying_;
    std::vector<AclRule> allowing_;
};

} // namespace mqttd
