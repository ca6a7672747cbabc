// Log lines to standard output, standard error or a file. A stream that does not take anything for
// a second (a full pipe, a stopped terminal) loses lines rather than holding up the writer.
#pragma once

#include "common/base/result.hpp"
#include "common/net/file_descriptor.hpp"
#include "tools/mqttd/logging/log_sink.hpp"

#include <memory>
#include <string>

namespace mqttd {

/// Writes to a descriptor that somebody else owns.
class StreamSink : public LogSink {
public:
    StreamSink(int fd, TimestampFormat timestamp);

    void write(const LogLine& line) override;
    [[nodiscard]] std::size_t flush() override;

protected:
    void use(int fd) {
        fd_ = fd;
        stuck_ = false;
    }

private:
    [[nodiscard]] bool wait_until_writable();
    [[nodiscard]] std::size_t write_some(std::string_view text);

    int fd_;
    TimestampFormat timestamp_;
    std::string buffer_;
    bool stuck_ = false;          ///< it was not writable the last time
    bool middle_of_line_ = false; ///< the last thing written was a part of a line
};

/// `log_dest file`: appends to a file, and opens it anew after a rotation.
class FileSink final : public StreamSink {
public:
    struct Problem {
        std::string message; ///< "Permission denied"
    };

    /// Makes the file (mode 0640) when there is none.
    [[nodiscard]] static base::Result<std::unique_ptr<FileSink>, Problem>
    open(const std::string& path, TimestampFormat timestamp);

    FileSink(net::FileDescriptor fd, std::string path, TimestampFormat timestamp);

    [[nodiscard]] std::optional<std::string> reopen() override;

private:
    net::FileDescriptor file_;
    std::string path_;
};

} // namespace mqttd
