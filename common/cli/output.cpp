#include "common/cli/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace cli {

Written Output::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        const ssize_t size = ::write(descriptor_, rest.data(), rest.size());
        if (size >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EAGAIN) { // somebody made it non-blocking
            pollfd wait{.fd = descriptor_, .events = POLLOUT, .revents = 0};
            ::poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            error_ = errno;
            buffer_.clear();
            return error_ == EPIPE ? Written::reader_gone : Written::failed;
        }
    }
    buffer_.clear();
    return Written::all;
}

std::string Output::problem() const {
    return std::generic_category().message(error_);
}

} // namespace cli
