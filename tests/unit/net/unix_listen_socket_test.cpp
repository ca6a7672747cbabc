#include "common/net/listen_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

// A directory of its own for each test.
class UnixListenSocket : public ::testing::Test {
protected:
    UnixListenSocket() {
        std::string name = (std::filesystem::temp_directory_path() / "listenXXXXXX").string();
        directory_ = ::mkdtemp(name.data());
        options_.unix_path = (directory_ / "socket").string();
    }

    ~UnixListenSocket() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] bool can_connect() const {
        const net::FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        options_.unix_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
        return ::connect(client.get(), generic, sizeof(address)) == 0;
    }

    [[nodiscard]] std::string error() const {
        const auto result = net::open_listen_sockets(options_);
        return result.has_error() ? result.error().message + " (" + result.error().hint + ")" : "";
    }

    std::filesystem::path directory_;
    net::ListenOptions options_;
};

TEST_F(UnixListenSocket, can_be_connected_to_and_is_named_by_its_path) {
    const auto result = net::open_listen_sockets(options_);
    ASSERT_TRUE(result.has_value()) << result.error().message;
    ASSERT_EQ(result->sockets.size(), 1U);
    EXPECT_EQ(result->sockets.front().text(), options_.unix_path);
    EXPECT_EQ(result->sockets.front().port, 0);
    EXPECT_EQ(result->sockets.front().family, net::SocketFamily::unix_socket);
    EXPECT_TRUE(can_connect());
}

TEST_F(UnixListenSocket, has_the_mode_that_was_asked_for) {
    for (const mode_t mode : {0600U, 0666U, 0770U}) {
        options_.unix_mode = mode;
        {
            const auto result = net::open_listen_sockets(options_);
            ASSERT_TRUE(result.has_value()) << result.error().message;

            struct stat status {};

            ASSERT_EQ(::stat(options_.unix_path.c_str(), &status), 0);
            EXPECT_EQ(status.st_mode & 0777U, mode);
        }
        std::filesystem::remove(options_.unix_path);
    }
}

TEST_F(UnixListenSocket, replaces_the_file_of_a_socket_that_nobody_listens_on) {
    ASSERT_TRUE(net::open_listen_sockets(options_).has_value());
    ASSERT_TRUE(std::filesystem::exists(options_.unix_path)
    ); // left behind by the socket closed above
    const auto result = net::open_listen_sockets(options_);
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_TRUE(can_connect());
}

TEST_F(UnixListenSocket, leaves_a_socket_alone_that_somebody_listens_on) {
    const auto first = net::open_listen_sockets(options_);
    ASSERT_TRUE(first.has_value());
    EXPECT_NE(
        error().find(options_.unix_path + ": another program listens there"), std::string::npos
    );
    EXPECT_TRUE(can_connect());
}

TEST_F(UnixListenSocket, never_removes_a_file_that_is_not_a_socket) {
    std::ofstream(options_.unix_path) << "precious";
    EXPECT_NE(error().find("is not a socket"), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(options_.unix_path), 8U);
}

TEST_F(UnixListenSocket, never_follows_a_symbolic_link_to_a_socket) {
    ASSERT_TRUE(net::open_listen_sockets(options_).has_value());
    const std::string target = options_.unix_path;
    options_.unix_path = (directory_ / "link").string();
    std::filesystem::create_symlink(target, options_.unix_path);
    EXPECT_NE(error().find("is not a socket"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(target));
}

TEST_F(UnixListenSocket, a_missing_directory_is_an_error_that_says_so) {
    options_.unix_path = (directory_ / "missing" / "socket").string();
    EXPECT_NE(error().find("create the directory first"), std::string::npos);
}

TEST_F(UnixListenSocket, a_path_too_long_for_the_system_is_an_error) {
    options_.unix_path = (directory_ / std::string(108, 'x')).string();
    EXPECT_NE(error().find("at most 107 bytes"), std::string::npos);
}

TEST_F(UnixListenSocket, its_file_goes_when_it_is_closed) {
    auto opened = net::open_listen_sockets(options_);
    ASSERT_TRUE(opened.has_value());
    net::close(opened->sockets.front());
    EXPECT_FALSE(std::filesystem::exists(options_.unix_path));
}

TEST_F(UnixListenSocket, a_file_that_belongs_to_another_by_now_stays) {
    auto first = net::open_listen_sockets(options_);
    ASSERT_TRUE(first.has_value());
    std::filesystem::remove(options_.unix_path);
    const auto second = net::open_listen_sockets(options_);
    ASSERT_TRUE(second.has_value());
    net::close(first->sockets.front());
    EXPECT_TRUE(std::filesystem::exists(options_.unix_path));
}

} // namespace
