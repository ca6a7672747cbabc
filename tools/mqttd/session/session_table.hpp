// The sessions whose home is this shard, by client identifier and by number. Shard thread only.
// [MQTT5 3.1.4]
#pragma once

#include "tools/mqttd/session/session.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mqttd {

class SessionTable {
public:
    explicit SessionTable(SessionServices& services) : services_(services) {}

    struct Claim {
        Session* session = nullptr;
        bool present = false; ///< state of an earlier connection is there [MQTT-3.2.2-2]
    };

    /// Gives the client its session: a connection that has it now is taken over (0x8E), an old
    /// session is resumed or, with clean start, ended and replaced. [MQTT-3.1.4-3] [MQTT-3.1.2-4]
    [[nodiscard]] Claim claim(std::string_view client_id, bool clean_start);

    /// A session of an earlier run of the broker; precondition: none of this client.
    [[nodiscard]] Session& restore(std::string_view client_id);

    /// nullptr when there is none.
    [[nodiscard]] Session* find(std::string_view client_id);
    [[nodiscard]] Session* find(std::uint64_t number);

    /// Takes a session out; it is destroyed by bury().
    void retire(Session& session);

    /// Destroys what was retired; at the end of a turn, when nobody on the stack refers to it.
    void bury() { retired_.clear(); }

    /// Drops expired messages from the queues of sessions; looks at so many messages and sessions,
    /// and goes on there at the next call. True when a round is complete.
    bool sweep(std::size_t budget);

    [[nodiscard]] std::size_t size() const { return by_id_.size(); }

    template <typename Visit>
    void for_each(Visit&& visit) {
        for (auto& [id, session] : by_id_)
            visit(*session);
    }

private:
    /// Where a round of sweep() is.
    struct Sweep {
        std::size_t buckets = 0;
        std::size_t bucket = 0;
        std::uint64_t session = 0; ///< whose queue was not looked at to its end
        std::size_t place = 0;     ///< in that queue
    };

    [[nodiscard]] Session& create(std::string_view client_id);

    SessionServices& services_;
    std::unordered_map<std::string_view, std::unique_ptr<Session>>
        by_id_; ///< keys are views of the sessions' ids
    std::unordered_map<std::uint64_t, Session*> by_number_;
    std::vector<std::unique_ptr<Session>> retired_;
    std::uint64_t created_ = 0;
    Sweep sweep_;
};

} // namespace mqttd
