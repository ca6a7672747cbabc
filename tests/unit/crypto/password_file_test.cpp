#include "common/crypto/password_file.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using crypto::PasswordFile;

const std::string hash = "$7$1$AAAA$" + std::string(85, 'A') + "A==";

TEST(password_file, comments_order_and_odd_lines_stay) {
    const std::string text =
        "# who may log in\n\nalice:" + hash + "\n  # indented\nnonsense\nbob:" + hash + "\n";
    PasswordFile file(text);
    EXPECT_EQ(file.text(), text);
    EXPECT_TRUE(file.problems().empty());
    file.set("alice", "new");
    file.set("carol", "fresh");
    EXPECT_TRUE(file.remove("bob"));
    EXPECT_EQ(file.text(), "# who may log in\n\nalice:new\n  # indented\nnonsense\ncarol:fresh\n");
}

TEST(password_file, a_last_line_without_its_end_and_crlf_are_read) {
    PasswordFile file("alice:" + hash + "\r\nbob:" + hash);
    ASSERT_NE(file.find("alice"), nullptr);
    EXPECT_EQ(file.find("alice")->secret, hash);
    ASSERT_NE(file.find("bob"), nullptr);
    EXPECT_TRUE(file.problems().empty());
}

TEST(password_file, users_are_found_by_their_whole_name) {
    const PasswordFile file("alice:x\n#bob:y\n");
    EXPECT_NE(file.find("alice"), nullptr);
    EXPECT_EQ(file.find("alic"), nullptr);
    EXPECT_EQ(file.find("bob"), nullptr);
    EXPECT_EQ(file.find("#bob"), nullptr);
    EXPECT_EQ(file.find(""), nullptr);
}

TEST(password_file, removing_who_is_not_there_changes_nothing) {
    PasswordFile file("# only a comment\n");
    EXPECT_FALSE(file.remove("alice"));
    EXPECT_FALSE(file.remove(""));
    EXPECT_EQ(file.text(), "# only a comment\n");
}

TEST(password_file, problems_have_their_lines_and_show_no_passwords) {
    const PasswordFile file(
        "alice:" + hash + "\n# comment\nalice:" + hash + "\nbob:hunter2\n:" + hash +
        "\ncarol:$7$0$AAAA$AAAA\ndan:\n"
    );
    const auto problems = file.problems();
    ASSERT_EQ(problems.size(), 5U);
    EXPECT_EQ(problems[0].line, 3U);
    EXPECT_EQ(problems[0].message, "the user \"alice\" is in line 1 already");
    EXPECT_EQ(problems[1].line, 4U);
    EXPECT_EQ(problems[1].message, "the password of \"bob\" is not hashed");
    EXPECT_FALSE(problems[1].hint.empty());
    EXPECT_EQ(problems[2].message, "the user name \"\" cannot be: it is empty");
    EXPECT_EQ(
        problems[3].message,
        "the password hash of \"carol\" is wrong: the number of iterations "
        "must be 1 to 10000000 (got \"0\")"
    );
    EXPECT_EQ(problems[4].line, 7U);
}

TEST(password_file, names_that_the_file_could_not_keep_are_refused) {
    EXPECT_EQ(crypto::problem_of_user_name("alice smith"), "");
    EXPECT_EQ(crypto::problem_of_user_name("ünal+#/"), "");
    for (const char* name : {"", "a:b", "a\nb", "#a", " a", "a ", "\xFF"})
        EXPECT_NE(crypto::problem_of_user_name(name), "") << name;
    EXPECT_NE(crypto::problem_of_user_name(std::string(65536, 'a')), "");
}

} // namespace
