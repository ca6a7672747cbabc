#include "common/net/http_head.hpp"

#include <algorithm>

namespace net {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";

} // namespace

base::Bytes HttpHead::take(base::Bytes input, std::size_t limit) {
    const std::size_t before = bytes_.size();
    const std::size_t known = before - std::min(before, head_end.size() - 1);
    // One byte more than allowed is enough to see that it is too large.
    const std::size_t room = limit + 1 - std::min(before, limit);
    base::append(bytes_, input.first(std::min(room, input.size())));
    const std::size_t end = text().find(head_end, known);
    if (end == std::string_view::npos) return {};
    bytes_.resize(end + head_end.size());
    return input.subspan(bytes_.size() - before);
}

bool HttpHead::is_complete() const {
    return text().ends_with(head_end);
}

} // namespace net
