#include "tests/support/temporary_folder.hpp"
#include "tools/mqttd/logging/open_sinks.hpp"
#include "tools/mqttd/logging/stream_sink.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace mqttd {

namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

LogLine line(std::string text, base::LogLevel level = base::LogLevel::notice) {
    return {level, base::WallTime{} + std::chrono::seconds(1000), std::move(text)};
}

class FileSinkTest : public testing::Test {
protected:
    std::unique_ptr<FileSink> open(const std::string& path) {
        auto sink = FileSink::open(path, TimestampFormat(true, ""));
        EXPECT_TRUE(sink.has_value());
        return std::move(*sink);
    }

    test::TemporaryFolder folder_;
    const std::string path_ = folder_.path("mqttd.log");
};

TEST_F(FileSinkTest, appends_lines_with_time_and_kind) {
    for (const char* text : {"one", "two"}) {
        const auto sink = open(path_);
        sink->write(line(text, base::LogLevel::warning));
        EXPECT_EQ(sink->flush(), 0U);
    }
    EXPECT_EQ(text_of(path_), "1000: warning: one\n1000: warning: two\n");
}

TEST_F(FileSinkTest, others_cannot_read_the_file) {
    const auto sink = open(path_);

    struct stat info {};

    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0007U, 0U);
}

TEST_F(FileSinkTest, goes_on_in_a_new_file_after_a_rotation) {
    const auto sink = open(path_);
    sink->write(line("before"));
    EXPECT_EQ(sink->flush(), 0U);
    std::filesystem::rename(path_, path_ + ".1");
    sink->write(line("still the old file"));
    EXPECT_EQ(sink->flush(), 0U);
    EXPECT_EQ(sink->reopen(), std::nullopt);
    sink->write(line("after"));
    EXPECT_EQ(sink->flush(), 0U);
    EXPECT_EQ(text_of(path_ + ".1"), "1000: before\n1000: still the old file\n");
    EXPECT_EQ(text_of(path_), "1000: after\n");
}

TEST_F(FileSinkTest, keeps_the_old_file_when_there_can_be_no_new_one) {
    const auto sink = open(path_);
    std::filesystem::rename(path_, path_ + ".1");
    std::filesystem::create_directory(path_);
    const auto problem = sink->reopen();
    ASSERT_TRUE(problem.has_value());
    EXPECT_NE(problem->find(path_ + ": Is a directory"), std::string::npos) << *problem;
    sink->write(line("after"));
    EXPECT_EQ(sink->flush(), 0U);
    EXPECT_EQ(text_of(path_ + ".1"), "1000: after\n");
}

TEST_F(FileSinkTest, says_why_a_file_cannot_be_opened) {
    const auto sink = FileSink::open(folder_.path("none/mqttd.log"), TimestampFormat());
    ASSERT_FALSE(sink.has_value());
    EXPECT_EQ(sink.error().message, "No such file or directory");
}

TEST_F(FileSinkTest, a_full_disk_loses_lines_and_counts_them) {
    const net::FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    StreamSink sink(full.get(), TimestampFormat());
    sink.write(line("one"));
    sink.write(line("two"));
    EXPECT_EQ(sink.flush(), 2U);
}

TEST(StreamSink, a_reader_that_stopped_costs_lines_not_time_and_may_come_back) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    const net::FileDescriptor reader(ends[0]);
    const net::FileDescriptor writer(ends[1]);
    StreamSink sink(writer.get(), TimestampFormat());
    std::size_t written = 0;
    std::size_t lost = 0;
    while (lost == 0) {
        sink.write(line(std::string(999, 'x')));
        lost = sink.flush();
        written += 1 - lost;
    }
    EXPECT_GT(written, 10U);
    for (int i = 0; i < 1000; ++i)
        sink.write(line(std::string(999, 'x')));
    EXPECT_EQ(sink.flush(), 1000U);
    std::string received;
    char buffer[65'536];
    const auto drain = [&] {
        ssize_t got = 0;
        while ((got = ::read(reader.get(), buffer, sizeof buffer)) > 0)
            received.append(buffer, static_cast<std::size_t>(got));
    };
    drain();
    sink.write(line("back"));
    EXPECT_EQ(sink.flush(), 0U);
    drain();
    EXPECT_TRUE(received.ends_with("x\nback\n"));
}

TEST_F(FileSinkTest, a_configuration_opens_the_places_it_names) {
    BrokerConfig config;
    config.log.to_stderr = true;
    config.log.to_stdout = true;
    config.log.to_syslog = true;
    config.log.file = path_;
    const auto sinks = open_sinks(config);
    ASSERT_TRUE(sinks.has_value());
    EXPECT_EQ(sinks->size(), 4U);
}

TEST_F(FileSinkTest, a_log_file_that_cannot_be_opened_is_an_error_of_its_line) {
    BrokerConfig config;
    config.log.file = folder_.path("none/mqttd.log");
    config.origins["log_dest"] = "a.conf:7";
    const auto sinks = open_sinks(config);
    ASSERT_FALSE(sinks.has_value());
    EXPECT_EQ(sinks.error().file, "a.conf");
    EXPECT_EQ(sinks.error().line, 7U);
    EXPECT_TRUE(sinks.error().message.ends_with("No such file or directory"));
}

} // namespace

} // namespace mqttd
