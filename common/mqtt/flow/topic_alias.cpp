#include "common/mqtt/flow/topic_alias.hpp"

#include <algorithm>

namespace mqtt::flow {

bool AliasReceiver::set(std::uint16_t alias, std::string_view topic) {
    if (alias == 0 || alias > maximum_) return false;
    if (alias > size_) {
        const int wanted = std::clamp<int>(2 * size_, alias, maximum_);
        auto grown = std::make_unique<std::string[]>(static_cast<std::size_t>(wanted));
        std::move(topics_.get(), topics_.get() + size_, grown.get());
        topics_ = std::move(grown);
        size_ = static_cast<std::uint16_t>(wanted);
    }
    topics_[alias - 1U] = topic;
    return true;
}

std::optional<std::string_view> AliasReceiver::find(std::uint16_t alias) const {
    if (alias == 0 || alias > size_ || topics_[alias - 1U].empty()) return std::nullopt;
    return topics_[alias - 1U];
}

std::optional<AliasSender::Choice> AliasSender::choose(std::string_view topic) {
    if (maximum_ == 0) return std::nullopt;
    if (aliases_ == nullptr) aliases_ = std::make_unique<Aliases>();
    if (const auto known = aliases_->find(topic); known != aliases_->end()) {
        return Choice{known->second, false};
    }
    if (aliases_->size() == maximum_) return std::nullopt;
    const auto alias = static_cast<std::uint16_t>(aliases_->size() + 1);
    aliases_->emplace(topic, alias);
    return Choice{alias, true};
}

} // namespace mqtt::flow
