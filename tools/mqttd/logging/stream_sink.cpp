#include "tools/mqttd/logging/stream_sink.hpp"

#include <climits>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace mqttd {

namespace {

constexpr int patience_milliseconds = 1000;

/// A pipe that polls as writable takes this much without blocking.
constexpr std::size_t chunk_bytes = PIPE_BUF;

net::FileDescriptor open_log_file(const std::string& path) {
    return net::FileDescriptor(
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640) // NOLINT
    );
}

} // namespace

StreamSink::StreamSink(int fd, TimestampFormat timestamp)
    : fd_(fd), timestamp_(std::move(timestamp)) {}

void StreamSink::write(const LogLine& line) {
    buffer_ += timestamp_.prefix(line.when);
    buffer_ += level_prefix(line.level);
    buffer_ += line.text;
    buffer_ += '\n';
}

std::size_t StreamSink::flush() {
    if (middle_of_line_ && !buffer_.empty()) buffer_.insert(0, 1, '\n');
    std::string_view left = buffer_;
    while (!left.empty()) {
        const std::size_t written = write_some(left);
        if (written == 0) break;
        middle_of_line_ = left[written - 1] != '\n';
        left.remove_prefix(written);
    }
    const auto lost = std::count(left.begin(), left.end(), '\n');
    buffer_.clear();
    return static_cast<std::size_t>(lost);
}

bool StreamSink::wait_until_writable() {
    pollfd entry{.fd = fd_, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&entry, 1, stuck_ ? 0 : patience_milliseconds);
    stuck_ = ready <= 0 || (entry.revents & POLLOUT) == 0;
    return !stuck_;
}

/// 0: nothing more can be written now.
std::size_t StreamSink::write_some(std::string_view text) {
    if (!wait_until_writable()) return 0;
    const ssize_t written = ::write(fd_, text.data(), std::min(text.size(), chunk_bytes));
    return written > 0 ? static_cast<std::size_t>(written) : 0;
}

base::Result<std::unique_ptr<FileSink>, FileSink::Problem>
FileSink::open(const std::string& path, TimestampFormat timestamp) {
    net::FileDescriptor fd = open_log_file(path);
    if (!fd) return Problem{std::generic_category().message(errno)};
    return std::make_unique<FileSink>(std::move(fd), path, std::move(timestamp));
}

FileSink::FileSink(net::FileDescriptor fd, std::string path, TimestampFormat timestamp)
    : StreamSink(fd.get(), std::move(timestamp)), file_(std::move(fd)), path_(std::move(path)) {}

std::optional<std::string> FileSink::reopen() {
    net::FileDescriptor fresh = open_log_file(path_);
    if (!fresh) {
        return "cannot open the log file " + path_ + ": " + std::generic_category().message(errno) +
               "; the old one stays in use";
    }
    file_ = std::move(fresh);
    use(file_.get());
    return std::nullopt;
}

} // namespace mqttd
