// An ACL file of mosquitto, compiled:
//   topic [read|write|readwrite|deny] FILTER      of the user above; before the first: without a
//   user user NAME pattern [read|write|readwrite|deny] FILTER    of everybody, with %c and %u
// First the user's own rules are asked, then the patterns; in both, deny counts first. Nobody may
// do what no rule allows, so that an empty file allows nothing. Immutable; any thread.
#pragma once

#include "tools/mqttd/auth/acl_rule.hpp"
#include "tools/mqttd/auth/authorizer.hpp"
#include "tools/mqttd/config/config_error.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mqttd {

class AclFile final : public Authorizer {
public:
    /// Reads the text; mistakes are added to errors with path and line, and what could not be read
    /// allows nothing. Oddities are added to warnings.
    AclFile(
        std::string_view text, const std::string& path, ConfigErrors& errors, ConfigErrors& warnings
    );

    [[nodiscard]] bool
    allows(const Subject& subject, TopicAccess access, std::string_view topic) const override;

    /// Whether it has no rule, so that nobody may do anything.
    [[nodiscard]] bool empty() const { return users_.empty() && !has_patterns_; }

private:
    std::map<std::string, AclRules, std::less<>> users_; ///< "": without a user name
    AclRules patterns_;
    bool has_patterns_ = false;

    friend class AclReader;
};

} // namespace mqttd
