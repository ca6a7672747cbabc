#include "tools/mqtt-pub/line_splitter.hpp"

namespace mqtt_pub {

void LineSplitter::append(std::string_view bytes) {
    // The lines already given out go when there is more to hold, not one by one.
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    buffer_ += bytes;
}

std::optional<std::string_view> LineSplitter::next() {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end == std::string::npos) {
        scanned_ = buffer_.size();
        return std::nullopt;
    }
    const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
    begin_ = end + 1;
    scanned_ = begin_;
    return line;
}

std::optional<std::string_view> LineSplitter::rest() {
    if (size() == 0) return std::nullopt;
    const std::string_view line = std::string_view(buffer_).substr(begin_);
    begin_ = buffer_.size();
    scanned_ = begin_;
    return line;
}

} // namespace mqtt_pub
