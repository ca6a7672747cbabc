#include "common/cli/error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/mqtt-certgen/file_batch.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using mqtt_certgen::FileAccess;
using mqtt_certgen::FileBatch;

std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

unsigned mode_of(const std::string& path) {
    struct stat about {};

    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 07777U;
}

std::size_t files_in(const std::string& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(folder))
        ++count;
    return count;
}

TEST(file_batch, files_come_together_with_their_modes) {
    const test::TemporaryFolder folder;
    FileBatch files(false);
    files.add(folder.path("a"), "one", FileAccess::everybody);
    files.add(folder.path("b"), "two", FileAccess::owner);
    files.add(folder.path("c"), "three", ::getgid());
    EXPECT_FALSE(std::filesystem::exists(folder.path("a")));
    files.commit();
    EXPECT_EQ(read(folder.path("a")), "one");
    EXPECT_EQ(mode_of(folder.path("a")), 0644U);
    EXPECT_EQ(mode_of(folder.path("b")), 0600U);
    EXPECT_EQ(mode_of(folder.path("c")), 0640U);
    EXPECT_EQ(files_in(folder.path("")), 3U);
}

TEST(file_batch, without_commit_nothing_is_left) {
    const test::TemporaryFolder folder;
    {
        FileBatch files(false);
        files.add(folder.path("a"), "one", FileAccess::owner);
    }
    EXPECT_EQ(files_in(folder.path("")), 0U);
}

TEST(file_batch, a_file_that_appears_meanwhile_is_not_replaced) {
    const test::TemporaryFolder folder;
    FileBatch files(false);
    files.check_free(folder.path("a"));
    files.add(folder.path("a"), "new", FileAccess::owner);
    std::ofstream(folder.path("a")) << "old";
    EXPECT_THROW(files.check_free(folder.path("a")), cli::ToolError);
    EXPECT_THROW(files.commit(), cli::ToolError);
    EXPECT_EQ(read(folder.path("a")), "old");
}

TEST(file_batch, when_asked_to_it_replaces_files_but_no_folders) {
    const test::TemporaryFolder folder;
    std::ofstream(folder.path("a")) << "old";
    std::filesystem::create_directory(folder.path("b"));
    FileBatch files(true);
    files.check_free(folder.path("a"));
    EXPECT_THROW(files.check_free(folder.path("b")), cli::ToolError);
    files.add(folder.path("a"), "new", FileAccess::owner);
    files.commit();
    EXPECT_EQ(read(folder.path("a")), "new");
    EXPECT_EQ(mode_of(folder.path("a")), 0600U);
}

TEST(file_batch, an_unknown_group_is_an_error) {
    EXPECT_EQ(mqtt_certgen::group_number("root"), 0U);
    EXPECT_THROW(static_cast<void>(mqtt_certgen::group_number("no-such-group")), cli::ToolError);
}

} // namespace
