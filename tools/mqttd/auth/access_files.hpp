// The password and ACL files that a configuration names, read and checked: for a start, for
// --test-config and for a reload, before anything is changed. Blocks. Main thread.
#pragma once

#include "common/crypto/password_file.hpp"
#include "tools/mqttd/auth/acl_file.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"

#include <map>
#include <memory>
#include <string>

namespace mqttd {

/// By path; each file once, however many listeners use it.
struct AccessFiles {
    std::map<std::string, std::shared_ptr<const crypto::PasswordFile>> passwords;
    std::map<std::string, std::shared_ptr<const AclFile>> rules;
};

/// All mistakes are added to errors, with the line of the file or, when it cannot be read, of the
/// option; then the result must not be used.
[[nodiscard]] AccessFiles
read_access_files(const BrokerConfig& config, ConfigErrors& errors, ConfigErrors& warnings);

} // namespace mqttd
