#include "tools/mqttd/auth/acl_rule.hpp"

#include "common/mqtt/topic/levels.hpp"
#include "common/mqtt/topic/topic.hpp"

#include <algorithm>
#include <utility>

namespace mqttd {

namespace {

bool is_wildcard(std::string_view level) {
    return level == "+" || level == "#";
}

bool begins_with_dollar(std::string_view filter) {
    return !filter.empty() && filter.front() == '$';
}

bool permits(AclPermission permission, TopicAccess access) {
    if (permission == AclPermission::readwrite) return true;
    return permission ==
           (access == TopicAccess::write ? AclPermission::write : AclPermission::read);
}

/// Whether the rule says something about the topic.
bool concerns(
    const AclRule& rule, std::string_view filter, TopicAccess access, std::string_view topic
) {
    if (access != TopicAccess::subscribe) return mqtt::topic::matches(filter, topic);
    // Whoever asks for more than he may have gets what he may have; only what cannot lead to any
    // message is refused.
    return rule.permission() == AclPermission::deny ? mqtt::topic::covers(filter, topic)
                                                    : filters_overlap(filter, topic);
}

} // namespace

bool filters_overlap(std::string_view a, std::string_view b) {
    mqtt::topic::Levels left(a);
    mqtt::topic::Levels right(b);
    if (begins_with_dollar(a) != begins_with_dollar(b) &&
        (is_wildcard(left.level()) || is_wildcard(right.level()))) {
        return false;
    }
    while (!left.done() && !right.done()) {
        if (left.level() == "#" || right.level() == "#") return true;
        if (left.level() != right.level() && left.level() != "+" && right.level() != "+")
            return false;
        left.advance();
        right.advance();
    }
    // "a/#" matches "a" as well.
    if (!left.done()) return left.level() == "#";
    return right.done() || right.level() == "#";
}

AclRule AclRule::pattern(AclPermission permission, std::string filter) {
    AclRule rule(permission, std::move(filter));
    rule.names_client_ = rule.filter_.find("%c") != std::string::npos;
    rule.names_user_ = rule.filter_.find("%u") != std::string::npos;
    return rule;
}

void AclRules::add(AclRule rule) {
    (rule.permission() == AclPermission::deny ? denying_ : allowing_).push_back(std::move(rule));
}

std::optional<std::string_view>
AclRule::filter_for(const Subject& subject, std::string& scratch) const {
    if (!has_names()) return filter_;
    if ((names_user_ && subject.user.empty()) || (names_client_ && subject.client_id.empty()))
        return std::nullopt;
    // Everybody chooses a client identifier: "a/b" must not get what is below the topics of "a".
    const bool spans_levels = subject.client_id.find('/') != std::string_view::npos;
    if (names_client_ && spans_levels && permission_ != AclPermission::deny) return std::nullopt;
    scratch.clear();
    for (std::size_t i = 0; i < filter_.size(); ++i) {
        const char next = i + 1 < filter_.size() ? filter_[i + 1] : '\0';
        if (filter_[i] != '%' || (next != 'c' && next != 'u')) {
            scratch += filter_[i];
            continue;
        }
        scratch += next == 'c' ? subject.client_id : subject.user;
        ++i;
    }
    if (begins_with_dollar(scratch) && !begins_with_dollar(filter_)) return std::nullopt;
    return scratch;
}

AclRules::Answer
AclRules::ask(const Subject& subject, TopicAccess access, std::string_view topic) const {
    std::string scratch;
    const auto applies = [&](const AclRule& rule) {
        const auto filter = rule.filter_for(subject, scratch);
        return filter && concerns(rule, *filter, access, topic);
    };
    if (std::any_of(denying_.begin(), denying_.end(), applies)) return Answer::denied;
    const bool allowed = std::any_of(allowing_.begin(), allowing_.end(), [&](const AclRule& rule) {
        return permits(rule.permission(), access) && applies(rule);
    });
    return allowed ? Answer::allowed : Answer::silent;
}

} // namespace mqttd
