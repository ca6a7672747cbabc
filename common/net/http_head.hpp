// The beginning of an HTTP request or answer, up to and with the empty line, while it comes in
// pieces. Pure; owned by the filter that reads it.
#pragma once

#include "common/base/bytes.hpp"

#include <cstddef>
#include <string_view>

namespace net {

class HttpHead {
public:
    /// Takes input up to the end of the head and no further, and at most one byte more than limit.
    /// Returns what follows the head.
    [[nodiscard]] base::Bytes take(base::Bytes input, std::size_t limit);

    [[nodiscard]] bool is_complete() const;

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

    [[nodiscard]] base::Bytes bytes() const { return bytes_; }

    [[nodiscard]] std::string_view text() const { return base::as_text(bytes_); }

    /// Gives its memory back.
    void clear() { base::ByteBuffer().swap(bytes_); }

private:
    base::ByteBuffer bytes_;
};

} // namespace net
