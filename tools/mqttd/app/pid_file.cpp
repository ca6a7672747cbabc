#include "tools/mqttd/app/pid_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace mqttd {

namespace {

PidFile::Problem system_problem(int error) {
    return {std::generic_category().message(error), {}};
}

using PidText = base::Result<std::string, PidFile::Problem>;

/// Of a file that is no longer than a process id may be; anything else is not ours.
PidText read_pid(int fd) {
    struct stat info {};

    if (::fstat(fd, &info) != 0) return system_problem(errno);
    char text[32];
    const ssize_t size = S_ISREG(info.st_mode) ? ::read(fd, text, sizeof text) : -1;
    std::string_view pid(text, size < 0 ? 0 : static_cast<std::size_t>(size));
    if (pid.ends_with('\n')) pid.remove_suffix(1);
    const bool digits =
        std::all_of(pid.begin(), pid.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (size < 0 || pid.size() > 10 || !digits) {
        return PidFile::Problem{
            "there is a file of another kind", "move it away, or choose another pid_file"};
    }
    return PidText(boost::system::in_place_value, pid);
}

} // namespace

base::Result<PidFile, PidFile::Problem> PidFile::write(const std::string& path) {
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    net::FileDescriptor file(::open(path.c_str(), flags, 0644)); // NOLINT(*-vararg)
    if (!file) return system_problem(errno);
    const auto before = read_pid(file.get());
    if (!before) return before.error();
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return Problem{"process " + *before + " has it", "stop that mqttd first"};
    }
    const std::string text = std::to_string(::getpid()) + '\n';
    const bool written =
        ::ftruncate(file.get(), 0) == 0 &&
        ::pwrite(file.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) return system_problem(errno);
    return PidFile(std::move(file), path);
}

PidFile::PidFile(net::FileDescriptor file, std::string path)
    : file_(std::move(file)), path_(std::move(path)) {}

PidFile::~PidFile() {
    if (!file_) return;
    if (::unlink(path_.c_str()) != 0) static_cast<void>(!::ftruncate(file_.get(), 0));
}

} // namespace mqttd
