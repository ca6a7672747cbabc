#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/app/pid_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace mqttd {

namespace {

class PidFileTest : public testing::Test {
protected:
    [[nodiscard]] std::string text() const {
        std::ifstream file(path_);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    void leave_behind(const std::string& text) const { std::ofstream(path_) << text; }

    test::TemporaryFolder folder_;
    const std::string path_ = folder_.path("mqttd.pid");
    const std::string own_ = std::to_string(::getpid()) + '\n';
};

TEST_F(PidFileTest, holds_the_number_of_the_process_as_long_as_it_lives) {
    {
        const auto file = PidFile::write(path_);
        ASSERT_TRUE(file.has_value());
        EXPECT_EQ(text(), own_);
    }
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(PidFileTest, moving_it_does_not_remove_the_file) {
    std::optional<PidFile> kept;
    {
        auto file = PidFile::write(path_);
        ASSERT_TRUE(file.has_value());
        kept.emplace(std::move(*file));
    }
    EXPECT_EQ(text(), own_);
}

TEST_F(PidFileTest, replaces_what_a_dead_process_left_behind) {
    for (const char* left : {"", "4194304\n", "4194304"}) {
        leave_behind(left);
        const auto file = PidFile::write(path_);
        ASSERT_TRUE(file.has_value()) << left;
        EXPECT_EQ(text(), own_);
    }
}

TEST_F(PidFileTest, is_not_shared) {
    const auto first = PidFile::write(path_);
    const auto second = PidFile::write(path_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().message, "process " + std::to_string(::getpid()) + " has it");
    EXPECT_EQ(second.error().hint, "stop that mqttd first");
    EXPECT_EQ(text(), own_);
}

TEST_F(PidFileTest, no_other_file_is_overwritten) {
    for (const char* precious : {"text", "123 456\n", "12345678901", "1\n2\n"}) {
        leave_behind(precious);
        const auto file = PidFile::write(path_);
        ASSERT_FALSE(file.has_value()) << precious;
        EXPECT_EQ(file.error().message, "there is a file of another kind");
        EXPECT_EQ(text(), precious);
    }
}

TEST_F(PidFileTest, a_link_is_not_followed) {
    const std::string target = folder_.path("target");
    std::ofstream(target) << "1";
    std::filesystem::create_symlink(target, path_);
    EXPECT_FALSE(PidFile::write(path_).has_value());
    EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(PidFileTest, says_why_it_cannot_be_written) {
    EXPECT_EQ(
        PidFile::write(folder_.path("none/mqttd.pid")).error().message, "No such file or directory"
    );
    EXPECT_EQ(PidFile::write(folder_.path("")).error().message, "Is a directory");
}

} // namespace

} // namespace mqttd
