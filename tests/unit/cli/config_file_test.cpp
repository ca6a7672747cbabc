#include "common/cli/options/config_file.hpp"
#include "common/cli/read_whole.hpp"
#include "tests/unit/cli/expect_usage_error.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

using test::usage_error_of;

cli::OptionTable small_table() {
    return {
        {"Message",
         {{.letter = 't', .name = "topic", .value = "TOPIC"},
          {.letter = 'r', .name = "retain"},
          {.letter = 'D', .name = "property", .value = "WORDS", .words = true}}}};
}

std::vector<std::string> parsed(std::string_view text) {
    const cli::OptionTable table = small_table();
    std::vector<std::string> found;
    for (const cli::Given& given : cli::parse_config_text(table, text, "file")) {
        std::string line = given.place + ' ' + std::string(given.option->name) + '=' + given.value;
        for (char& c : line) {
            if (c == cli::word_separator) c = '|';
        }
        found.push_back(line);
    }
    return found;
}

using Lines = std::vector<std::string>;

TEST(ConfigFile, the_value_is_the_rest_of_the_line) {
    EXPECT_EQ(
        parsed("# a comment\n\n-t a b  # c \r\n--retain\n--topic   x"),
        (Lines{"file:3 topic=a b  # c ", "file:4 retain=", "file:5 topic=  x"})
    );
}

TEST(ConfigFile, a_line_may_be_long) {
    const std::string topic(100'000, 't');
    EXPECT_EQ(parsed("-t " + topic + "\n-r\n"), (Lines{"file:1 topic=" + topic, "file:2 retain="}));
}

TEST(ConfigFile, the_words_of_a_property_are_told_apart_by_blanks) {
    EXPECT_EQ(
        parsed("-D publish content-type text/plain; charset=utf-8\n-D will user-property k v w\n"),
        (Lines{
            "file:1 property=publish|content-type|text/plain; charset=utf-8",
            "file:2 property=will|user-property|k|v w"})
    );
}

TEST(ConfigFile, what_is_wrong_is_said_with_its_line) {
    EXPECT_EQ(
        usage_error_of([] { parsed("-r\n--topc x\n"); }),
        "file:2: unknown option \"--topc\"\ndid you mean --topic"
    );
    EXPECT_EQ(usage_error_of([] { parsed("-t\n"); }), "file:1: option \"-t\" needs a value");
    EXPECT_EQ(
        usage_error_of([] { parsed("-r yes\n"); }), "file:1: --retain takes no value (got \"yes\")"
    );
    EXPECT_EQ(
        usage_error_of([] { parsed("topic x\n"); }).substr(0, 31),
        "file:1: unknown option \"topic\"\n"
    );
}

class Folder {
public:
    Folder()
        : path_(
              std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name()
          ) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_ / ".config");
    }

    ~Folder() { std::filesystem::remove_all(path_); }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }

    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

TEST(ConfigFile, the_tools_own_file_comes_before_its_namesakes) {
    const Folder folder;
    const cli::Environment home = [&](const char* name) -> std::optional<std::string> {
        if (std::string_view(name) == "HOME") return folder.path();
        return std::nullopt;
    };
    EXPECT_FALSE(cli::default_config_file("mqtt-pub", home).has_value());
    folder.write(".config/mosquitto_pub", "");
    EXPECT_EQ(cli::default_config_file("mqtt-pub", home), folder.path() + "/.config/mosquitto_pub");
    folder.write(".config/mqtt-pub", "");
    EXPECT_EQ(cli::default_config_file("mqtt-pub", home), folder.path() + "/.config/mqtt-pub");
    EXPECT_FALSE(cli::default_config_file("mqtt-sub", home).has_value());
}

TEST(ConfigFile, XDG_CONFIG_HOME_replaces_the_folder_in_HOME) {
    const Folder folder;
    folder.write(".config/mqtt-pub", "");
    folder.write("mosquitto_pub", "");
    const cli::Environment both = [&](const char*) -> std::optional<std::string> {
        return folder.path();
    };
    EXPECT_EQ(cli::default_config_file("mqtt-pub", both), folder.path() + "/mosquitto_pub");
}

TEST(ConfigFile, reading_is_bounded_and_says_why_it_failed) {
    const Folder folder;
    folder.write("ten", "0123456789");
    EXPECT_EQ(cli::read_file(folder.path() + "/ten", 10, "x"), "0123456789");
    EXPECT_THROW(static_cast<void>(cli::read_file(folder.path() + "/ten", 9, "x")), cli::ToolError);
    try {
        static_cast<void>(cli::read_file(folder.path() + "/none", 9, "the message"));
        ADD_FAILURE();
    } catch (const cli::ToolError& error) {
        EXPECT_EQ(
            std::string(error.what()),
            "cannot read the message \"" + folder.path() + "/none\": No such file or directory"
        );
    }
    EXPECT_THROW(static_cast<void>(cli::read_file(folder.path(), 9, "x")), cli::ToolError);
}

} // namespace
