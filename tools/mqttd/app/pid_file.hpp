// The file with the process id: written before rights are dropped, locked as long as the process
// lives, removed at the end. Main thread.
#pragma once

#include "common/base/result.hpp"
#include "common/net/file_descriptor.hpp"

#include <string>

namespace mqttd {

class PidFile {
public:
    struct Problem {
        std::string message; ///< "Permission denied", "process 123 has it"
        std::string hint;
    };

    /// Replaces what a process that is gone left behind; never a file that is no pid file.
    [[nodiscard]] static base::Result<PidFile, Problem> write(const std::string& path);

    PidFile(PidFile&&) noexcept = default;
    PidFile& operator=(PidFile&&) = delete;
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    /// Removes the file, or empties it where the directory does not let us.
    ~PidFile();

private:
    PidFile(net::FileDescriptor file, std::string path);

    net::FileDescriptor file_;
    std::string path_;
};

} // namespace mqttd
