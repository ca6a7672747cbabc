// What renew and rekey share: the plan of a certificate that takes the place of another. One
// thread.
#pragma once

#include "tools/mqtt-certgen/issue.hpp"

#include <optional>
#include <string>

namespace mqtt_certgen {

struct Renewal {
    LeafPlan plan; ///< same subject, names and use
    crypto::Certificate old;
};

/// Of DIR/NAME.crt. Throws ToolError when it is not there, or not of this authority.
[[nodiscard]] Renewal renewal_of(Job& job, const Authority& authority, const std::string& word);

/// Whether the index has it as revoked.
[[nodiscard]] bool is_revoked(Authority& authority, const crypto::Certificate& certificate);

} // namespace mqtt_certgen
