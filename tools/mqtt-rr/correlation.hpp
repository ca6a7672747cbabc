// Which answer belongs to which request, and in which order answers are shown. Owned by the
// requester; knows no network.
#pragma once

#include "common/base/entropy.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mqtt_rr {

class Correlation {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// count: of requests. own: the user's correlation data, for a single request; empty: drawn at
    /// random, so that answers to others who wait on the same topic do not match.
    Correlation(std::size_t count, std::string own, base::Entropy& entropy);

    /// The correlation data of a request. [MQTT5 3.3.2.3.6]
    [[nodiscard]] std::string data_of(std::size_t request) const;

    void sent(std::size_t request, Time now) { requests_[request].sent = now; }

    /// The request that is answered; nullopt: none of ours that waits. data: nullopt before 5.0,
    /// then it is the one sent last.
    [[nodiscard]] std::optional<std::size_t> find(std::optional<std::string_view> data) const;

    /// text: what to show. Returns how long it took.
    std::chrono::steady_clock::duration answered(std::size_t request, std::string text, Time now);

    /// What can be shown now: all answers up to the first request without one.
    [[nodiscard]] std::string take_ready();
    /// What has come for later ones, when nothing more will.
    [[nodiscard]] std::string take_rest();

    [[nodiscard]] std::size_t waiting() const { return requests_.size() - answered_; }

    [[nodiscard]] std::size_t count() const { return requests_.size(); }

private:
    struct Request {
        std::optional<Time> sent;
        std::optional<std::string> answer;
    };

    std::vector<Request> requests_;
    std::string base_;
    bool is_own_;
    std::size_t answered_ = 0;
    std::size_t shown_ = 0;
};

} // namespace mqtt_rr
