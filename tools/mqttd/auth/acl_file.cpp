#include "tools/mqttd/auth/acl_file.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/mqtt/topic/topic.hpp"
#include "tools/mqttd/config/value.hpp"

#include <optional>
#include <utility>

namespace mqttd {

namespace {

constexpr std::string_view wildcards = "+#";

std::optional<AclPermission> permission_of(std::string_view word) {
    if (word == "read") return AclPermission::read;
    if (word == "write") return AclPermission::write;
    if (word == "readwrite") return AclPermission::readwrite;
    if (word == "deny") return AclPermission::deny;
    return std::nullopt;
}

/// The rule of a line behind "topic" or "pattern", or what is wrong with it.
struct ReadRule {
    AclPermission permission = AclPermission::readwrite;
    std::string_view filter;
    std::string wrong;
};

/// The word for the access may be left out when the filter is one word.
ReadRule read_rule(std::string_view rest) {
    ReadRule rule;
    rule.filter = rest;
    std::string_view filter = rest;
    const std::string_view first = take_word(filter);
    if (!filter.empty()) {
        const auto permission = permission_of(first);
        if (!permission) {
            rule.wrong = "the access must be read, write, readwrite or deny (got " +
                         base::in_quotes(first) + ")";
            return rule;
        }
        rule.permission = *permission;
        rule.filter = filter;
    }
    if (rule.filter.empty()) {
        rule.wrong = "the topic filter is missing";
    } else if (!base::is_valid_utf8(rule.filter) || !mqtt::topic::is_valid_filter(rule.filter)) {
        rule.wrong = "the topic filter is not valid (got " + base::in_quotes(rule.filter) + ")";
    }
    return rule;
}

} // namespace

class AclReader {
public:
    AclReader(AclFile& acl, const std::string& path, ConfigErrors& errors, ConfigErrors& warnings)
        : acl_(acl), path_(path), errors_(errors), warnings_(warnings) {}

    void line(std::string_view text) {
        ++number_;
        text = trimmed(text);
        if (text.empty() || text.front() == '#') return;
        const std::string_view word = take_word(text);
        if (word == "topic" || word == "pattern") {
            rule(word, text);
        } else if (word == "user") {
            user(text);
        } else {
            fail(
                "a line must begin with topic, user or pattern (got " + base::in_quotes(word) + ")"
            );
        }
    }

private:
    void fail(std::string message) { errors_.push_back({path_, number_, std::move(message), {}}); }

    void user(std::string_view name) {
        if (name.empty()) return fail("user needs a name");
        if (!base::is_valid_utf8(name))
            return fail("the user name is not UTF-8 (got " + base::in_quotes(name) + ")");
        user_ = name;
    }

    void rule(std::string_view word, std::string_view rest) {
        ReadRule read = read_rule(rest);
        if (!read.wrong.empty()) return fail(std::string(word) + ": " + read.wrong);
        if (word == "topic")
            return acl_.users_[user_].add({read.permission, std::string(read.filter)});
        AclRule pattern = AclRule::pattern(read.permission, std::string(read.filter));
        if (!pattern.has_names()) {
            warnings_.push_back(
                {path_,
                 number_,
                 "the pattern " + base::in_quotes(read.filter) + " has neither %c nor %u",
                 "it is the same for every client"}
            );
        }
        acl_.patterns_.add(std::move(pattern));
        acl_.has_patterns_ = true;
    }

    AclFile& acl_;
    const std::string& path_;
    ConfigErrors& errors_;
    ConfigErrors& warnings_;
    std::size_t number_ = 0;
    std::string user_; ///< whose topics are being read
};

AclFile::AclFile(
    std::string_view text, const std::string& path, ConfigErrors& errors, ConfigErrors& warnings
) {
    AclReader reader(*this, path, errors, warnings);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        reader.line(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
}

bool AclFile::allows(const Subject& subject, TopicAccess access, std::string_view topic) const {
    using Answer = AclRules::Answer;
    const auto own = users_.find(subject.user);
    if (own != users_.end()) {
        const Answer answer = own->second.ask(subject, access, topic);
        if (answer != Answer::silent) return answer == Answer::allowed;
    }
    if (!has_patterns_) return false;
    // With a wildcard in its name a client would have the topics of others.
    const bool wild = subject.user.find_first_of(wildcards) != std::string_view::npos ||
                      subject.client_id.find_first_of(wildcards) != std::string_view::npos;
    return !wild && patterns_.ask(subject, access, topic) == Answer::allowed;
}

} // namespace mqttd
