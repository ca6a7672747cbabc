// What who writes secret files needs of a file descriptor: an owner that closes it, and a write
// that ends with the last byte. Any thread, one at a time. common/net has its own for sockets,
// which crypto must not know.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

namespace crypto {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    /// -1 when there is none.
    [[nodiscard]] int get() const { return number_; }

    /// Gives it away; the caller closes it.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

/// false: errno says why.
[[nodiscard]] inline bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(file, text.data(), text.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

} // namespace crypto
