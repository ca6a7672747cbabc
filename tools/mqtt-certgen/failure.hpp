// The end of mqtt-certgen with an error that is not one of the command line.
#pragma once

#include "common/cli/error.hpp"
#include "common/crypto/crypto_problem.hpp"

#include <string>
#include <utility>

namespace mqtt_certgen {

[[noreturn]] inline void fail(const std::string& what, const std::string& hint = {}) {
    throw cli::ToolError(cli::ExitCode::local_error, what, hint);
}

/// The value, or the end with "WHAT: PROBLEM".
template <typename Value>
[[nodiscard]] Value expect(crypto::CryptoResult<Value> result, const std::string& what) {
    if (result.has_error()) fail(what + ": " + result.error().message, result.error().hint);
    return std::move(*result);
}

} // namespace mqtt_certgen
