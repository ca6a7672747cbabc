// Standard output, buffered: what a batch of messages produced goes out in one write, before the
// messages are acknowledged. Owned by a tool. Blocks while the reader is slow, which is
// what slows the broker down.
#pragma once

#include <cstdint>
#include <string>

namespace cli {

enum class Written : std::uint8_t { all, reader_gone, failed };

class Output {
public:
    explicit Output(int descriptor) : descriptor_(descriptor) {}

    /// Where to append.
    [[nodiscard]] std::string& buffer() { return buffer_; }

    /// Also when little is in the buffer.
    Written flush();
    /// The system's words after failed.
    [[nodiscard]] std::string problem() const;

    [[nodiscard]] bool is_large() const { return buffer_.size() >= large; }

private:
    static constexpr std::size_t large = std::size_t{256} << 10U;

    int descriptor_;
    int error_ = 0;
    std::string buffer_;
};

} // namespace cli
