// Cuts a stream of bytes into lines. A line ends at LF, which is not part of it; every other byte
// is: CR, NUL, whatever. Holds the unread rest only; one line may be as long as an MQTT message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mqtt_pub {

class LineSplitter {
public:
    /// Takes the bytes over.
    void append(std::string_view bytes);

    /// The next complete line; nullopt when there is none yet. Valid until the next call.
    [[nodiscard]] std::optional<std::string_view> next();

    /// What is left after the last LF, at the end of the stream; nullopt when nothing is. Once.
    [[nodiscard]] std::optional<std::string_view> rest();

    /// Bytes held.
    [[nodiscard]] std::size_t size() const { return buffer_.size() - begin_; }

private:
    std::string buffer_;
    std::size_t begin_ = 0;   ///< of the next line
    std::size_t scanned_ = 0; ///< no LF between begin_ and here
};

} // namespace mqtt_pub
