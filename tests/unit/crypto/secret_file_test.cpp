#include "common/crypto/secret_file.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/crypto/value_of.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using crypto::FileUpdate;

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

unsigned mode_of(const std::string& path) {
    struct stat about {};

    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 07777U;
}

TEST(secret_file, a_new_file_belongs_to_its_owner_alone) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("users");
    auto update = FileUpdate::begin(path, FileUpdate::Create::when_missing);
    ASSERT_TRUE(update.has_value());
    EXPECT_EQ(update->text(), "");
    ASSERT_TRUE(update->replace("secret\n").has_value());
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(test::value_of(crypto::read_secret_file(path)), "secret\n");
    EXPECT_FALSE(crypto::is_open_to_others(path));
}

TEST(secret_file, an_update_that_is_given_up_leaves_nothing) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("users");
    ASSERT_TRUE(FileUpdate::begin(path, FileUpdate::Create::only).has_value());
    EXPECT_FALSE(std::filesystem::exists(path));
    write_text(path, "old");
    ASSERT_TRUE(FileUpdate::begin(path, FileUpdate::Create::no).has_value());
    EXPECT_EQ(test::value_of(crypto::read_secret_file(path)), "old");
}

TEST(secret_file, files_that_are_there_or_missing_are_told_apart) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("users");
    const auto missing = FileUpdate::begin(path, FileUpdate::Create::no);
    ASSERT_TRUE(missing.has_error());
    EXPECT_EQ(missing.error().error, ENOENT);
    EXPECT_EQ(missing.error().message, "cannot open \"" + path + "\": No such file or directory");
    write_text(path, "old");
    const auto there = FileUpdate::begin(path, FileUpdate::Create::only);
    ASSERT_TRUE(there.has_error());
    EXPECT_EQ(there.error().error, EEXIST);
    EXPECT_EQ(test::value_of(crypto::read_secret_file(path)), "old");
    EXPECT_TRUE(crypto::read_secret_file(folder.path("")).has_error());
}

TEST(secret_file, the_group_keeps_its_access_and_others_lose_theirs) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("users");
    write_text(path, "old");
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    EXPECT_TRUE(crypto::is_open_to_others(path));
    ASSERT_TRUE(FileUpdate::begin(path, FileUpdate::Create::no)->replace("new").has_value());
    EXPECT_EQ(mode_of(path), 0640U);
}

TEST(secret_file, a_symbolic_link_stays_one) {
    const test::TemporaryFolder folder;
    write_text(folder.path("real"), "old");
    std::filesystem::create_symlink(folder.path("real"), folder.path("link"));
    ASSERT_TRUE(
        FileUpdate::begin(folder.path("link"), FileUpdate::Create::no)->replace("new").has_value()
    );
    EXPECT_TRUE(std::filesystem::is_symlink(folder.path("link")));
    EXPECT_EQ(test::value_of(crypto::read_secret_file(folder.path("real"))), "new");
    const auto files = std::filesystem::directory_iterator(folder.path(""));
    EXPECT_EQ(std::distance(begin(files), end(files)), 2);
}

TEST(secret_file, simultaneous_updates_lose_nothing) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path("users");
    constexpr int writers = 4;
    constexpr int rounds = 10;
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i) {
        threads.emplace_back([&path] {
            for (int round = 0; round < rounds; ++round) {
                auto update = FileUpdate::begin(path, FileUpdate::Create::when_missing);
                ASSERT_TRUE(update.has_value());
                ASSERT_TRUE(update->replace(update->text() + "x").has_value());
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(test::value_of(crypto::read_secret_file(path)), std::string(writers * rounds, 'x'));
}

} // namespace
