// The part of a reload that is about listening sockets: everything that can fail comes first, and
// is taken back when it does. Main thread; lives as long as one reload.
#pragma once

#include "common/base/log.hpp"
#include "tools/mqttd/app/broker.hpp"
#include "tools/mqttd/app/open_listeners.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/config/reload_plan.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace mqttd {

class ListenerChange {
public:
    /// plan, broker and log outlive it.
    ListenerChange(const ReloadPlan& plan, Broker& broker, base::Log& log)
        : plan_(plan), broker_(broker), log_(log) {}

    /// Opens all that is new. Listeners that go, and stand in the way of a new one, are suspended
    /// meanwhile; on an error they are back.
    [[nodiscard]] std::optional<ConfigError> open();
    /// Before the broker's reload: the sockets that go are closed.
    void close_old();
    /// After it: the new ones are used.
    void use_new();

private:
    [[nodiscard]] std::vector<std::size_t> in_the_way() const;
    void take_back(const std::vector<std::size_t>& suspended);

    const ReloadPlan& plan_;
    Broker& broker_;
    base::Log& log_;
    OpenListeners opened_;
};

} // namespace mqttd
