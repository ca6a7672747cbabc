#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/logging/syslog_sink.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace mqttd {

namespace {

/// A datagram socket where the system's would be.
class FakeSyslog {
public:
    explicit FakeSyslog(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        ::unlink(path.c_str());
        EXPECT_EQ(
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0
        );
    }

    /// The next datagram; empty when there is none.
    [[nodiscard]] std::string next() const {
        char text[1024];
        const ssize_t size = ::recv(socket_.get(), text, sizeof text, 0);
        return {text, size < 0 ? 0 : static_cast<std::size_t>(size)};
    }

private:
    net::FileDescriptor socket_;
};

LogLine line(base::LogLevel level, std::string text) {
    return {level, base::WallTime{} + std::chrono::seconds(1'700'000'000), std::move(text)};
}

class SyslogSinkTest : public testing::Test {
protected:
    SyslogSinkTest() {
        ::setenv("TZ", "UTC", 1);
        ::tzset();
    }

    test::TemporaryFolder folder_;
    const std::string path_ = folder_.path("log");
    const std::string tag_ = " mqttd[" + std::to_string(::getpid()) + "]: ";
};

TEST_F(SyslogSinkTest, sends_priority_time_and_process) {
    const FakeSyslog server(path_);
    SyslogSink sink(-1, path_);
    sink.write(line(base::LogLevel::error, "broken"));
    sink.write(line(base::LogLevel::information, "fine"));
    EXPECT_EQ(sink.flush(), 0U);
    EXPECT_EQ(server.next(), "<27>Nov 14 22:13:20" + tag_ + "error: broken");
    EXPECT_EQ(server.next(), "<30>Nov 14 22:13:20" + tag_ + "fine");
}

TEST_F(SyslogSinkTest, a_local_facility_is_part_of_the_priority) {
    const FakeSyslog server(path_);
    SyslogSink sink(3, path_);
    sink.write(line(base::LogLevel::notice, "x"));
    EXPECT_TRUE(server.next().starts_with("<157>")); // local3 is 19, notice 5
}

TEST_F(SyslogSinkTest, finds_a_server_that_was_started_anew) {
    SyslogSink sink(-1, path_);
    {
        const FakeSyslog server(path_);
        sink.write(line(base::LogLevel::notice, "one"));
        EXPECT_TRUE(server.next().ends_with("one"));
    }
    const FakeSyslog server(path_);
    sink.write(line(base::LogLevel::notice, "two"));
    EXPECT_TRUE(server.next().ends_with("two"));
    EXPECT_EQ(sink.flush(), 0U);
}

TEST_F(SyslogSinkTest, counts_what_nobody_takes) {
    SyslogSink sink(-1, path_);
    sink.write(line(base::LogLevel::notice, "one"));
    sink.write(line(base::LogLevel::notice, "two"));
    EXPECT_EQ(sink.flush(), 2U);
    EXPECT_EQ(sink.flush(), 0U);
}

TEST_F(SyslogSinkTest, a_server_that_does_not_read_costs_lines) {
    const FakeSyslog server(path_);
    SyslogSink sink(-1, path_);
    for (int i = 0; i < 5000; ++i)
        sink.write(line(base::LogLevel::notice, std::string(200, 'x')));
    const std::size_t lost = sink.flush();
    EXPECT_GT(lost, 0U);
    EXPECT_LT(lost, 5000U);
}

} // namespace

} // namespace mqttd
