#include "common/client/reconnect_policy.hpp"

#include <algorithm>

namespace client {

using engine::Failure;
using engine::FailureKind;
using mqtt::ReasonCode;

namespace {

bool may_pass(ReasonCode reason) {
    switch (reason) {
    case ReasonCode::unspecified_error:
    case ReasonCode::server_unavailable:
    case ReasonCode::server_busy:
    case ReasonCode::server_shutting_down:
    case ReasonCode::keep_alive_timeout:
    case ReasonCode::message_rate_too_high:
    case ReasonCode::quota_exceeded:
    case ReasonCode::connection_rate_exceeded:
    case ReasonCode::maximum_connect_time:
        return true;
    default:
        return !is_error(reason); // a plain DISCONNECT
    }
}

} // namespace

bool may_pass(const Failure& failure) {
    switch (failure.kind) {
    case FailureKind::connect_failed:
    case FailureKind::connect_timeout:
    case FailureKind::lost:
    case FailureKind::keep_alive_timeout:
        return true;
    case FailureKind::refused:
    case FailureKind::server_disconnect:
        return may_pass(failure.reason);
    case FailureKind::protocol_error:
    case FailureKind::disconnect_timeout:
        break;
    }
    return false;
}

void ReconnectPolicy::on_connected() {
    was_connected_ = true;
    attempts_ = 0;
}

std::optional<std::chrono::milliseconds>
ReconnectPolicy::next_delay(const Failure& failure, base::Entropy& entropy) {
    const bool wanted = was_connected_ ? options_.reconnect : options_.retry_first;
    if (!wanted || !may_pass(failure)) return std::nullopt;
    if (options_.attempts.has_value() && attempts_ >= *options_.attempts) return std::nullopt;
    constexpr std::uint32_t most_doublings = 20; // first × 2^20 is above any sensible maximum
    const auto factor = std::int64_t{1} << std::min(attempts_, most_doublings);
    ++attempts_;
    const std::int64_t most =
        std::max<std::int64_t>(1, std::min(options_.first * factor, options_.most).count());
    const auto span = static_cast<std::uint64_t>(most - most / 2 + 1);
    return std::chrono::milliseconds(most / 2 + static_cast<std::int64_t>(entropy.next() % span));
}

} // namespace client
