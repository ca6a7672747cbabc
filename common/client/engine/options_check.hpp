// Whether a CONNECT can be made of the options: asked by who fills them in, before an engine is
// made of them. Pure.
#pragma once

#include "common/client/engine/session_options.hpp"

#include <optional>
#include <string>

namespace client::engine {

/// What is wrong, in words: "the will's payload is longer than 65535 bytes"; nullopt: nothing. An
/// engine must only be made of options without a problem.
[[nodiscard]] std::optional<std::string> problem_of(const SessionOptions& options);

} // namespace client::engine
