// From what the files of a configuration say to what the shards ask. Main thread, at start and at
// reload.
#pragma once

#include "common/base/entropy.hpp"
#include "tools/mqttd/auth/access_control.hpp"
#include "tools/mqttd/auth/access_files.hpp"
#include "tools/mqttd/auth/password_authenticator.hpp"
#include "tools/mqttd/config/broker_config.hpp"

namespace mqttd {

/// Listeners with the same file share what is made of it. files: of this configuration. A closed
/// listener whose file nobody else has keeps what running had of it.
[[nodiscard]] AccessControlPtr make_access_control(
    const BrokerConfig& config,
    const AccessFiles& files,
    const PasswordAuthenticator::Means& means,
    base::Entropy& entropy,
    const AccessControl& running
);

} // namespace mqttd
