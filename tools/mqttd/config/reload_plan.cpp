#include "tools/mqttd/config/reload_plan.hpp"

#include "tools/mqttd/config/check_config.hpp"
#include "tools/mqttd/config/option_table.hpp"
#include "tools/mqttd/config/value.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace mqttd {

namespace {

bool same_address(const ListenerConfig& a, const ListenerConfig& b) {
    return a.port == b.port && a.address == b.address && a.unix_path == b.unix_path;
}

bool same_socket(const ListenerConfig& a, const ListenerConfig& b) {
    return same_address(a, b) && a.bind_interface == b.bind_interface &&
           a.socket_domain == b.socket_domain;
}

class Comparison {
public:
    Comparison(const BrokerConfig& running, const BrokerConfig& fresh)
        : running_(running), fresh_(fresh), taken_(fresh.listeners.size(), false) {
        plan_.config = running;
        plan_.config.origins = fresh.origins;
    }

    ReloadPlan result() {
        for (const Option& option : option_table())
            compare_global(option);
        plan_.config.local_only = fresh_.local_only;
        pair_listeners();
        for (std::size_t i = 0; i < running_.listeners.size(); ++i)
            follow_listener(i);
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            if (!taken_[i]) open_listener(plan_.config.listeners.size(), fresh_.listeners[i]);
        }
        return std::move(plan_);
    }

private:
    void compare_global(const Option& option) {
        if (option.global.show == nullptr) return;
        const std::string before = option.global.show(running_);
        const std::string after = option.global.show(fresh_);
        if (before == after) return;
        note(option, {}, before, after, origin_of(fresh_, option.name));
        if (option.reload == Reload::live) option.global.copy(plan_.config, fresh_);
    }

    /// First those that are the same socket, so that two on one port are not mixed up; last those
    /// that come back.
    void pair_listeners() {
        partners_.resize(running_.listeners.size());
        pair(&same_socket, false);
        pair(&same_address, false);
        pair(&same_address, true);
    }

    void pair(bool (*same)(const ListenerConfig&, const ListenerConfig&), bool closed) {
        for (std::size_t i = 0; i < partners_.size(); ++i) {
            if (running_.listeners[i].closed != closed) continue;
            for (std::size_t j = 0; j < taken_.size() && !partners_[i]; ++j) {
                if (taken_[j] || !same(running_.listeners[i], fresh_.listeners[j])) continue;
                partners_[i] = j;
                taken_[j] = true;
            }
        }
    }

    void follow_listener(std::size_t place) {
        const ListenerConfig& before = running_.listeners[place];
        if (!partners_[place]) {
            if (!before.closed) close_listener(place);
        } else if (before.closed) {
            open_listener(place, fresh_.listeners[*partners_[place]]);
        } else {
            compare_listener(place, fresh_.listeners[*partners_[place]]);
        }
    }

    void close_listener(std::size_t place) {
        ListenerConfig& gone = plan_.config.listeners[place];
        gone.closed = true;
        plan_.to_close.push_back(place);
        plan_.applied.push_back({"listener", name_of(gone), "open", "not set", {}});
    }

    void open_listener(std::size_t place, const ListenerConfig& listener) {
        auto& all = plan_.config.listeners;
        if (place == all.size()) {
            all.push_back(listener);
        } else {
            all[place] = listener;
        }
        plan_.to_open.push_back(place);
        plan_.applied.push_back({"listener", name_of(listener), "not set", "open", listener.origin}
        );
    }

    void compare_listener(std::size_t place, const ListenerConfig& after) {
        const ListenerConfig& before = running_.listeners[place];
        ListenerConfig& planned = plan_.config.listeners[place];
        planned.origin = after.origin;
        planned.origins = after.origins;
        for (const Option& option : option_table()) {
            if (option.listener.show == nullptr) continue;
            const std::string old_value = option.listener.show(before);
            const std::string new_value = option.listener.show(after);
            if (old_value == new_value) continue;
            note(
                option, name_of(after), old_value, new_value, origin_of(fresh_, after, option.name)
            );
            if (option.reload == Reload::live) option.listener.copy(planned, after);
        }
        if (same_socket(before, planned)) return;
        plan_.to_close.push_back(place);
        plan_.to_open.push_back(place);
    }

    void note(
        const Option& option,
        std::string place,
        const std::string& before,
        const std::string& after,
        std::string origin
    ) {
        auto& list = option.reload == Reload::live ? plan_.applied : plan_.needs_restart;
        list.push_back(
            {std::string(option.name),
             std::move(place),
             display(option, before),
             display(option, after),
             std::move(origin)}
        );
    }

    const BrokerConfig& running_;
    const BrokerConfig& fresh_;
    std::vector<bool> taken_; ///< fresh listeners that a running one stands for
    std::vector<std::optional<std::size_t>> partners_; ///< of the running listeners
    ReloadPlan plan_;
};

std::string subject(const OptionChange& change) {
    return change.place.empty() ? change.option : change.option + " of " + change.place;
}

std::string located(std::string text, const OptionChange& change) {
    if (!change.origin.empty()) text += ", " + change.origin;
    return text;
}

} // namespace

ReloadPlan compare(const BrokerConfig& running, const BrokerConfig& fresh) {
    return Comparison(running, fresh).result();
}

std::string describe_applied(const OptionChange& change) {
    if (change.option == "listener") {
        const bool gone = change.before == "open";
        return located(
            change.place + (gone ? " is closed: it is no longer in the file" : " is open now"),
            change
        );
    }
    return located(
        subject(change) + " is " + change.after + " now (was " + change.before + ")", change
    );
}

std::string describe_delayed(const OptionChange& change) {
    return located(
        subject(change) + " stays " + change.before + " until the next start (" + change.after +
            " in the file)",
        change
    );
}

} // namespace mqttd
