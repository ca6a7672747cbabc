#include "common/crypto/subject_name.hpp"
#include "tests/unit/crypto/value_of.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using crypto::AlternativeName;
using crypto::NameKind;
using crypto::parse_host;
using test::value_of;

TEST(subject_name, hosts_are_names_or_addresses) {
    const auto is = [](std::string_view text, NameKind kind, std::string_view value) {
        EXPECT_EQ(value_of(parse_host(text)), (AlternativeName{kind, std::string(value)})) << text;
    };
    is("broker", NameKind::dns, "broker");
    is("broker.example.org.", NameKind::dns, "broker.example.org");
    is("*.example.org", NameKind::dns, "*.example.org");
    is("xn--brker-jua.local", NameKind::dns, "xn--brker-jua.local");
    is("10.0.0.1", NameKind::address, "10.0.0.1");
    is("[2001:db8::1]", NameKind::address, "2001:db8::1");
    is("2001:DB8:0::1", NameKind::address, "2001:db8::1");
}

TEST(subject_name, other_texts_are_no_hosts) {
    for (const char* text :
         {"",
          ".",
          "a..b",
          "-a",
          "a-",
          "a b",
          "*",
          "*a.org",
          "a.*.org",
          "1.2.3",
          "1.2.3.4.5",
          "a\n",
          "a/b",
          "br\xc3\xb6ker",
          "a:1"})
        EXPECT_TRUE(parse_host(text).has_error()) << text;
    EXPECT_TRUE(parse_host(std::string(64, 'a')).has_error());
    std::string name(63, 'a');
    EXPECT_TRUE(parse_host(name).has_value());
    for (int i = 0; i < 3; ++i)
        name += '.' + std::string(63, 'a');
    EXPECT_TRUE(parse_host(name).has_error()) << "254 characters and more";
}

TEST(subject_name, alternative_names_have_a_text_form) {
    for (const AlternativeName& name :
         {AlternativeName{NameKind::dns, "a"},
          AlternativeName{NameKind::address, "::1"},
          AlternativeName{NameKind::email, "a@b"},
          AlternativeName{NameKind::uri, "urn:a"}})
        EXPECT_EQ(crypto::alternative_name_of(crypto::to_text(name)), name);
    EXPECT_EQ(crypto::alternative_name_of("RID:1.2").kind, NameKind::other);
}

TEST(subject_name, values_of_a_subject_are_short_and_printable) {
    EXPECT_EQ(crypto::problem_of_subject_value("mina/1 ä"), "");
    EXPECT_EQ(crypto::problem_of_subject_value(""), "it is empty");
    EXPECT_EQ(crypto::problem_of_subject_value("a\nb"), "it contains a control character");
    EXPECT_EQ(crypto::problem_of_subject_value("\xff"), "it is not UTF-8");
    std::string umlauts;
    for (int i = 0; i < 64; ++i)
        umlauts += "ä";
    EXPECT_EQ(crypto::problem_of_subject_value(umlauts), "");
    EXPECT_NE(crypto::problem_of_subject_value(umlauts + "b"), "");
}

} // namespace
