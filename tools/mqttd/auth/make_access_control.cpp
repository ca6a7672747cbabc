#include "tools/mqttd/auth/make_access_control.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mqttd {

AccessControlPtr make_access_control(
    const BrokerConfig& config,
    const AccessFiles& files,
    const PasswordAuthenticator::Means& means,
    base::Entropy& entropy
) {
    std::map<std::string, std::shared_ptr<Authenticator>> logins;
    for (const auto& [path, file] : files.passwords)
        logins[path] = std::make_shared<PasswordAuthenticator>(*file, means, entropy);
    std::vector<ListenerAccess> listeners;
    for (const ListenerConfig& listener : config.listeners) {
        ListenerAccess access;
        if (!listener.password_file.empty()) access.logins = logins.at(listener.password_file);
        if (!listener.acl_file.empty()) access.rules = files.rules.at(listener.acl_file);
        listeners.push_back(std::move(access));
    }
    return std::make_shared<const AccessControl>(std::move(listeners));
}

} // namespace mqttd
