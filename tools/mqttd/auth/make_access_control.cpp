#include "tools/mqttd/auth/make_access_control.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mqttd {

namespace {

/// made: from paths to what the files say.
template <typename Made>
void use_file(const std::map<std::string, Made>& made, const std::string& path, Made& access) {
    if (path.empty()) {
        access = nullptr;
    } else if (const auto found = made.find(path); found != made.end()) {
        access = found->second;
    }
}

} // namespace

AccessControlPtr make_access_control(
    const BrokerConfig& config,
    const AccessFiles& files,
    const PasswordAuthenticator::Means& means,
    base::Entropy& entropy,
    const AccessControl& running
) {
    std::map<std::string, std::shared_ptr<Authenticator>> logins;
    for (const auto& [path, file] : files.passwords)
        logins[path] = std::make_shared<PasswordAuthenticator>(*file, means, entropy);
    std::map<std::string, std::shared_ptr<const Authorizer>> rules;
    for (const auto& [path, file] : files.rules)
        rules[path] = file;
    std::vector<ListenerAccess> listeners;
    for (const ListenerConfig& listener : config.listeners) {
        ListenerAccess access;
        if (listener.closed) access = running.of(listeners.size());
        use_file(logins, listener.password_file, access.logins);
        use_file(rules, listener.acl_file, access.rules);
        listeners.push_back(std::move(access));
    }
    return std::make_shared<const AccessControl>(std::move(listeners));
}

} // namespace mqttd
