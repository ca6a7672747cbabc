// The account that the daemon becomes when it was started by root. Main thread, at start;
// everything that only root may open is open by then.
#pragma once

#include "common/base/result.hpp"
#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace mqttd {

struct Account {
    std::string name;
    uid_t user = 0;
    gid_t group = 0;
};

/// nullopt: stay what we are, because we are not root or are asked to stay root. Without `user`:
/// the first of mqttd, mosquitto and nobody that exists. PUID and PGID of the environment are used
/// instead of the numbers of the account, as containers for mosquitto expect.
[[nodiscard]] base::Result<std::optional<Account>, ConfigError>
account_for(const BrokerConfig& config);

/// Makes a file (mode 0640) that the account may open again later, when there is none.
void make_file_for(const Account& account, const std::string& path);

/// For good: user, group and supplementary groups; nullopt: done.
[[nodiscard]] std::optional<ConfigError> become(const Account& account);

} // namespace mqttd
