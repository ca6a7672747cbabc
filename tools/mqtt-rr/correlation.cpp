#include "tools/mqtt-rr/correlation.hpp"

#include <charconv>
#include <utility>

namespace mqtt_rr {

Correlation::Correlation(std::size_t count, std::string own, base::Entropy& entropy)
    : requests_(count), base_(std::move(own)), is_own_(!base_.empty()) {
    if (!is_own_) base_ = base::random_uuid(entropy) + '/';
}

std::string Correlation::data_of(std::size_t request) const {
    return is_own_ ? base_ : base_ + std::to_string(request);
}

std::optional<std::size_t> Correlation::find(std::optional<std::string_view> data) const {
    const auto waits = [this](std::size_t request) {
        return request < requests_.size() && requests_[request].sent && !requests_[request].answer;
    };
    if (!data) {
        return waits(answered_) ? std::optional(answered_) : std::nullopt;
    }
    std::size_t request = 0;
    if (is_own_) {
        if (*data != base_) return std::nullopt;
    } else {
        if (!data->starts_with(base_)) return std::nullopt;
        const std::string_view digits = data->substr(base_.size());
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), request);
        if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
        if (data_of(request) != *data) return std::nullopt; // "01"
    }
    return waits(request) ? std::optional(request) : std::nullopt;
}

std::chrono::steady_clock::duration
Correlation::answered(std::size_t request, std::string text, Time now) {
    ++answered_;
    requests_[request].answer = std::move(text);
    return now - *requests_[request].sent;
}

std::string Correlation::take_ready() {
    std::string text;
    for (; shown_ < requests_.size() && requests_[shown_].answer; ++shown_)
        text += std::exchange(*requests_[shown_].answer, {});
    return text;
}

std::string Correlation::take_rest() {
    std::string text;
    for (Request& request : requests_) {
        if (request.answer) text += std::exchange(*request.answer, {});
    }
    return text;
}

} // namespace mqtt_rr
