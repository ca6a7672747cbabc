#include "tools/mqttd/auth/acl_file.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using mqttd::AclFile;
using mqttd::ConfigErrors;
using mqttd::TopicAccess;

class Acl : public testing::Test {
protected:
    void read(const std::string& text) {
        errors_.clear();
        warnings_.clear();
        file_ = std::make_unique<AclFile>(text, "acl", errors_, warnings_);
    }

    [[nodiscard]] bool
    may(const char* user, const char* client, TopicAccess access, const char* topic) const {
        return file_->allows({user, client}, access, topic);
    }

    [[nodiscard]] bool reads(const char* user, const char* topic) const {
        return may(user, "client", TopicAccess::read, topic);
    }

    [[nodiscard]] bool writes(const char* user, const char* topic) const {
        return may(user, "client", TopicAccess::write, topic);
    }

    std::unique_ptr<AclFile> file_;
    ConfigErrors errors_;
    ConfigErrors warnings_;
};

TEST_F(Acl, an_empty_file_allows_nothing) {
    for (const char* text : {"", "\n", "# topic readwrite #\n", "user alice\n"}) {
        read(text);
        EXPECT_TRUE(errors_.empty());
        EXPECT_FALSE(reads("", "a"));
        EXPECT_FALSE(writes("alice", "a"));
        EXPECT_FALSE(may("alice", "c", TopicAccess::subscribe, "#"));
    }
}

TEST_F(Acl, topics_before_the_first_user_are_for_clients_without_a_user_name) {
    read("topic read news/#\nuser alice\ntopic a/#\ntopic write w\nuser b o b\ntopic read x\n");
    EXPECT_TRUE(errors_.empty());
    EXPECT_TRUE(reads("", "news/1"));
    EXPECT_FALSE(writes("", "news/1"));
    EXPECT_FALSE(reads("alice", "news/1"));
    EXPECT_TRUE(reads("alice", "a/b"));
    EXPECT_TRUE(writes("alice", "a/b"));
    EXPECT_TRUE(writes("alice", "w"));
    EXPECT_FALSE(reads("alice", "w"));
    EXPECT_TRUE(reads("b o b", "x"));
    EXPECT_FALSE(reads("carol", "a/b"));
}

TEST_F(Acl, the_access_may_be_left_out_and_a_filter_may_have_blanks) {
    read("topic read\ntopic readwrite a b/+\r\n  topic\tdeny  a b/c  \n");
    EXPECT_TRUE(errors_.empty());
    EXPECT_TRUE(writes("", "read")); // one word is the filter
    EXPECT_TRUE(reads("", "a b/x"));
    EXPECT_FALSE(reads("", "a b/c"));
}

TEST_F(Acl, a_user_named_twice_has_both_sections) {
    read("user a\ntopic x\nuser b\ntopic y\nuser a\ntopic z\n");
    EXPECT_TRUE(reads("a", "x"));
    EXPECT_TRUE(reads("a", "z"));
    EXPECT_FALSE(reads("a", "y"));
}

TEST_F(Acl, patterns_are_for_everybody_wherever_they_stand) {
    read("pattern write up/%c\nuser alice\npattern read down/%u/%c/#\ntopic x\n");
    EXPECT_TRUE(may("", "c1", TopicAccess::write, "up/c1"));
    EXPECT_TRUE(may("bob", "c1", TopicAccess::write, "up/c1"));
    EXPECT_FALSE(may("bob", "c1", TopicAccess::write, "up/c2"));
    EXPECT_FALSE(may("bob", "c1", TopicAccess::read, "up/c1"));
    EXPECT_TRUE(may("bob", "c1", TopicAccess::read, "down/bob/c1/x"));
    EXPECT_FALSE(may("", "c1", TopicAccess::read, "down//c1/x"));
    EXPECT_TRUE(may("alice", "c1", TopicAccess::read, "x"));
}

TEST_F(Acl, the_users_own_rules_come_before_the_patterns) {
    read("pattern deny %c/secret\npattern readwrite %c/#\nuser alice\ntopic c1/secret\ntopic deny "
         "c1/x\n");
    EXPECT_TRUE(may("alice", "c1", TopicAccess::read, "c1/secret"));
    EXPECT_FALSE(may("alice", "c1", TopicAccess::read, "c1/x"));
    EXPECT_FALSE(may("bob", "c1", TopicAccess::read, "c1/secret"));
    EXPECT_TRUE(may("bob", "c1", TopicAccess::read, "c1/x"));
}

TEST_F(Acl, names_with_wildcards_get_nothing_from_patterns) {
    read("pattern readwrite dev/%c/x\npattern readwrite all\nuser a+\ntopic own\n");
    EXPECT_FALSE(may("", "+", TopicAccess::read, "dev/1/x"));
    EXPECT_FALSE(may("", "#", TopicAccess::read, "all"));
    EXPECT_FALSE(may("a+", "1", TopicAccess::read, "dev/1/x"));
    EXPECT_TRUE(may("a+", "1", TopicAccess::read, "own"));
    EXPECT_TRUE(may("", "1", TopicAccess::read, "all"));
}

TEST_F(Acl, a_client_id_with_levels_does_not_reach_the_topics_of_another) {
    read("pattern readwrite c/%c/#\npattern deny c/%c/secret\npattern read u/%u/#\npattern read "
         "c/#\n");
    EXPECT_TRUE(may("", "a", TopicAccess::write, "c/a/b/x"));
    EXPECT_FALSE(may("", "a/b", TopicAccess::write, "c/a/b/x"));
    EXPECT_FALSE(may("", "a/b", TopicAccess::read, "c/a/b/secret"))
        << "what is denied stays denied";
    EXPECT_TRUE(may("x/y", "c", TopicAccess::read, "u/x/y/z"));
}

TEST_F(Acl, topics_with_a_dollar_need_a_rule_with_one) {
    read("topic readwrite #\nuser ops\ntopic read $SYS/#\n");
    EXPECT_TRUE(reads("", "a"));
    EXPECT_FALSE(reads("", "$SYS/broker/load"));
    EXPECT_TRUE(reads("ops", "$SYS/broker/load"));
    EXPECT_FALSE(may("", "c", TopicAccess::subscribe, "$SYS/#"));
    EXPECT_TRUE(may("ops", "c", TopicAccess::subscribe, "$SYS/broker/+"));
}

TEST_F(Acl, mistakes_have_their_lines_and_allow_nothing) {
    read("topic\nusr alice\ntopic raed a/b\ntopic read a/#/b\nuser\npattern write a+\n# "
         "fine\ntopic ok\n");
    ASSERT_EQ(errors_.size(), 6U);
    EXPECT_EQ(to_text(errors_[0]), "mqttd: error: acl:1: topic: the topic filter is missing");
    EXPECT_EQ(errors_[1].message, "a line must begin with topic, user or pattern (got \"usr\")");
    EXPECT_EQ(
        errors_[2].message,
        "topic: the access must be read, write, readwrite or deny (got \"raed\")"
    );
    EXPECT_EQ(errors_[3].message, "topic: the topic filter is not valid (got \"a/#/b\")");
    EXPECT_EQ(errors_[4].message, "user needs a name");
    EXPECT_EQ(errors_[5].line, 6U);
    EXPECT_FALSE(reads("", "a/b"));
    EXPECT_TRUE(reads("", "ok"));
}

TEST_F(Acl, a_pattern_without_names_is_worth_a_warning) {
    read("pattern read all/#\n");
    EXPECT_TRUE(errors_.empty());
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_EQ(warnings_[0].message, "the pattern \"all/#\" has neither %c nor %u");
}

} // namespace
