// A file descriptor with one owner: closed when the owner goes. Any thread, one at a time; knows
// nothing about what the descriptor is.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace net {

class FileDescriptor {
public:
    FileDescriptor() = default;

    explicit FileDescriptor(int fd) : fd_(fd) {}

    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        reset(std::exchange(other.fd_, -1));
        return *this;
    }

    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    ~FileDescriptor() { reset(); }

    /// -1 when there is none.
    [[nodiscard]] int get() const { return fd_; }

    explicit operator bool() const { return fd_ >= 0; }

    /// Gives the descriptor away; the caller closes it.
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

    /// Another descriptor of the same open file, closed on exec; empty when the process has no more
    /// (errno says why).
    [[nodiscard]] FileDescriptor duplicate() const {
        return FileDescriptor(::fcntl(fd_, F_DUPFD_CLOEXEC, 0)); // NOLINT(*-vararg)
    }

    /// errno stays as it was, so that an error can be reported after cleaning up.
    void reset(int fd = -1) {
        if (fd_ >= 0) {
            const int saved = errno;
            ::close(fd_);
            errno = saved;
        }
        fd_ = fd;
    }

private:
    int fd_ = -1;
};

} // namespace net
