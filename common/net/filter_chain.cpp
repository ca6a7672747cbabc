#include "common/net/filter_chain.hpp"

#include <algorithm>

namespace net {

void FilterChain::start_from(std::size_t index, base::ByteBuffer& wire) {
    if (index == filters_.size()) return;
    base::ByteBuffer output;
    filters_[index]->start(output);
    pass_down(index, output, wire);
    if (filters_[index]->state() == State::open) start_from(index + 1, wire);
}

// What a filter says while it reads goes out before what the filters above it answer.
void FilterChain::pass_up(
    std::size_t index, base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire
) {
    base::ByteFilter& filter = *filters_[index];
    const bool was_opening = filter.state() == State::opening;
    const bool is_last = index + 1 == filters_.size();
    base::ByteBuffer inner;
    base::ByteBuffer output;
    filter.receive(input, is_last ? plain : inner, output);
    pass_down(index, output, wire);
    if (was_opening && filter.state() == State::open) start_from(index + 1, wire);
    if (!is_last && !inner.empty()) pass_up(index + 1, inner, plain, wire);
}

/// output: what the filter above index has for the wire.
void FilterChain::pass_down(std::size_t index, base::Bytes output, base::ByteBuffer& wire) {
    if (output.empty()) return;
    if (index == 0) return base::append(wire, output);
    base::ByteBuffer lower;
    filters_[index - 1]->send(output, lower);
    pass_down(index - 1, lower, wire);
}

void FilterChain::take_state() {
    bool all_open = true;
    for (const auto& filter : filters_) {
        if (filter->state() == State::failed) return fail(filter->error(), filter->trouble());
        if (filter->state() == State::ended) return set_state(State::ended);
        all_open = all_open && filter->state() == State::open;
    }
    if (all_open) set_state(State::open);
}

void FilterChain::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    if (input.empty() || state() == State::ended || state() == State::failed) return;
    pass_up(0, input, plain, wire);
    take_state();
}

void FilterChain::send(base::Bytes plain, base::ByteBuffer& wire) {
    pass_down(filters_.size(), plain, wire);
    take_state();
}

void FilterChain::close(base::ByteBuffer& wire) {
    for (std::size_t index = filters_.size(); index > 0; --index) {
        base::ByteBuffer output;
        filters_[index - 1]->close(output);
        pass_down(index - 1, output, wire);
    }
}

void FilterChain::ping(base::ByteBuffer& wire) {
    base::ByteBuffer output;
    filters_.back()->ping(output);
    pass_down(filters_.size() - 1, output, wire);
}

const char* FilterChain::opening_name() const {
    const auto opening = std::find_if(filters_.begin(), filters_.end(), [](const auto& filter) {
        return filter->state() == State::opening;
    });
    return opening == filters_.end() ? "" : (*opening)->opening_name();
}

} // namespace net
