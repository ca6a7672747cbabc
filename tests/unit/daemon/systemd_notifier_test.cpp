#include "common/net/file_descriptor.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/app/systemd_notifier.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace mqttd {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// The service manager's end. name: a path, or '@' and an abstract name.
class FakeManager {
public:
    explicit FakeManager(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
    }

    [[nodiscard]] std::string next() const {
        char text[1024];
        const ssize_t size = ::recv(socket_.get(), text, sizeof text, 0);
        return {text, size < 0 ? 0 : static_cast<std::size_t>(size)};
    }

private:
    net::FileDescriptor socket_;
};

class SystemdNotifierTest : public testing::Test {
protected:
    ~SystemdNotifierTest() override {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            ::unsetenv(name);
    }

    test::TemporaryFolder folder_;
    const std::string path_ = folder_.path("notify");
};

TEST_F(SystemdNotifierTest, tells_every_state) {
    const FakeManager manager(path_);
    const SystemdNotifier notifier(path_);
    notifier.ready();
    EXPECT_EQ(manager.next(), "READY=1\nMAINPID=" + std::to_string(::getpid()));
    notifier.reloading(microseconds(1234567));
    EXPECT_EQ(manager.next(), "RELOADING=1\nMONOTONIC_USEC=1234567");
    notifier.alive();
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    notifier.stopping();
    EXPECT_EQ(manager.next(), "STOPPING=1");
}

TEST_F(SystemdNotifierTest, knows_abstract_names) {
    const std::string name = "@midge-test-" + std::to_string(::getpid());
    const FakeManager manager(name);
    SystemdNotifier(name).alive();
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
}

TEST_F(SystemdNotifierTest, nobody_there_is_no_error) {
    SystemdNotifier("").ready();
    SystemdNotifier(path_).ready();
    SystemdNotifier(std::string(500, 'x')).ready();
    EXPECT_FALSE(SystemdNotifier("").alive_interval().has_value());
}

TEST_F(SystemdNotifierTest, signs_of_life_come_twice_as_often_as_they_must) {
    EXPECT_EQ(
        SystemdNotifier(path_, microseconds(30'000'000)).alive_interval(), milliseconds(15'000)
    );
    EXPECT_EQ(SystemdNotifier(path_, microseconds(1)).alive_interval(), milliseconds(1));
    EXPECT_EQ(SystemdNotifier(path_).alive_interval(), std::nullopt);
}

TEST_F(SystemdNotifierTest, the_environment_says_whom_and_how_often) {
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "2000000", 1);
    EXPECT_EQ(SystemdNotifier::from_environment().alive_interval(), milliseconds(1000));
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    EXPECT_EQ(SystemdNotifier::from_environment().alive_interval(), milliseconds(1000));
    ::setenv("WATCHDOG_PID", "1", 1); // meant for another process
    EXPECT_EQ(SystemdNotifier::from_environment().alive_interval(), std::nullopt);
    ::unsetenv("WATCHDOG_PID");
    for (const char* wrong : {"", "0", "-5", "abc", "5x"}) {
        ::setenv("WATCHDOG_USEC", wrong, 1);
        EXPECT_EQ(SystemdNotifier::from_environment().alive_interval(), std::nullopt) << wrong;
    }
}

} // namespace

} // namespace mqttd
