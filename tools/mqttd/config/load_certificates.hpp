// Reads the certificates, keys and revocation lists of all listeners and makes of them what
// connections use. Main thread, at start (before rights are given up), --test-config and reload.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"

namespace mqttd {

/// Fills in ListenerTls::context. Everything that is wrong is added to errors, with the line of the
/// option; the contexts of such listeners stay as they are.
void load_certificates(BrokerConfig& config, ConfigErrors& errors, ConfigErrors& warnings);

} // namespace mqttd
