// Recognizes a server that speaks something else than MQTT by what it answers to CONNECT. Pure.
#pragma once

#include "common/base/bytes.hpp"
#include "common/client/engine/failure.hpp"

#include <optional>

namespace client {

/// first: the first bytes of the answer. nullopt: nothing that is known.
[[nodiscard]] std::optional<engine::Failure> foreign_answer(base::Bytes first);

} // namespace client
