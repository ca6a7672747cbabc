// Whose logins are checked at which listener, and what its clients may do: one snapshot for all
// shards, made at start and at every reload. Immutable; any thread.
#pragma once

#include "tools/mqttd/auth/authenticator.hpp"
#include "tools/mqttd/auth/authorizer.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace mqttd {

struct ListenerAccess {
    std::shared_ptr<Authenticator> logins;   ///< nullptr: user names are taken as they come
    std::shared_ptr<const Authorizer> rules; ///< nullptr: everybody may do everything
};

class AccessControl {
public:
    /// Without logins and rules anywhere.
    AccessControl() = default;

    explicit AccessControl(std::vector<ListenerAccess> listeners)
        : listeners_(std::move(listeners)) {}

    /// listener: which of BrokerConfig::listeners.
    [[nodiscard]] const ListenerAccess& of(std::size_t listener) const;

    /// Whether the logins of any listener are checked.
    [[nodiscard]] bool checks_logins() const;

private:
    std::vector<ListenerAccess> listeners_;
};

using AccessControlPtr = std::shared_ptr<const AccessControl>;

} // namespace mqttd
