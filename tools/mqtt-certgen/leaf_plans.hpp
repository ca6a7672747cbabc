// From what was asked for to the plan of a certificate. One thread.
#pragma once

#include "tools/mqtt-certgen/issue.hpp"

#include <string>
#include <vector>

namespace mqtt_certgen {

/// names: not empty; the first is the common name as well.
[[nodiscard]] LeafPlan server_plan(
    const Job& job, const std::string& stem, const std::vector<crypto::AlternativeName>& names
);

/// client: the common name, which use_identity_as_username takes for the user name. Throws
/// UsageError.
[[nodiscard]] LeafPlan client_plan(const Job& job, const std::string& client);

/// Neither its certificate nor its key is there, or --force was given. Throws ToolError.
void check_free(const Job& job, const FileBatch& files, const LeafPlan& plan);

} // namespace mqtt_certgen
