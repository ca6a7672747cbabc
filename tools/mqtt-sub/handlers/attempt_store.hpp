// How often the handler of a message has been started, in a folder: a message that brings the whole
// program down is counted all the same. One small file for each message that is under way. Blocks
// for the file system; a run without a folder keeps nothing.
#pragma once

#include "tools/mqtt-sub/handlers/held_message.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace mqtt_sub {

class AttemptStore {
public:
    /// folder: is made when there is none; empty: nothing is kept. scope: the client and its
    /// server, so that several may share a folder. Throws ToolError.
    AttemptStore(std::string folder, std::string scope);

    struct Attempts {
        std::uint32_t started = 0;
        base::WallTime first_seen{};
    };

    /// The name of a message's file: the same whenever it comes again.
    [[nodiscard]] std::string key_of(const HeldMessage& message, std::string_view rule) const;

    /// What an earlier run has counted; first_seen is now when none has.
    [[nodiscard]] Attempts load(const std::string& key, base::WallTime now) const;
    /// Before the handler is started. False: it could not be written; problem() says why.
    [[nodiscard]] bool save(const std::string& key, const Attempts& attempts);
    /// The message is over.
    void forget(const std::string& key);

    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    [[nodiscard]] std::string path_of(const std::string& key) const { return folder_ + "/" + key; }

    std::string folder_;
    std::string scope_;
    std::string problem_;
};

} // namespace mqtt_sub
