// Whether a client connects again after a failure, and when. Owned by the driver. Pure: randomness
// is an argument.
#pragma once

#include "common/base/entropy.hpp"
#include "common/client/connect_options.hpp"
#include "common/client/engine/failure.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace client {

class ReconnectPolicy {
public:
    explicit ReconnectPolicy(const RetryPolicy& options) : options_(options) {}

    /// A CONNACK came: the series of delays starts over.
    void on_connected();
    /// How long to wait; nullopt: it is no use, or not wanted.
    [[nodiscard]] std::optional<std::chrono::milliseconds>
    next_delay(const engine::Failure& failure, base::Entropy& entropy);

private:
    RetryPolicy options_;
    bool was_connected_ = false;
    std::uint32_t attempts_ = 0; ///< since the last CONNACK
};

/// Whether the next attempt may end differently: not when the server said no for good, or gave the
/// session to someone else.
[[nodiscard]] bool may_pass(const engine::Failure& failure);

} // namespace client
