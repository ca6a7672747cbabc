#include "tools/mqttd/auth/access_control.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace mqttd {

const ListenerAccess& AccessControl::of(std::size_t listener) const {
    static const ListenerAccess open;
    return listener < listeners_.size() ? listeners_[listener] : open;
}

bool AccessControl::checks_logins() const {
    return std::any_of(listeners_.begin(), listeners_.end(), [](const ListenerAccess& listener) {
        return listener.logins != nullptr;
    });
}

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
