// The levels of a topic name or filter, one after the other, without copies. A value on the stack
// of whoever walks; the text must outlive it. Knows '/' and nothing of wildcards.
#pragma once

#include <cstddef>
#include <string_view>

namespace mqtt::topic {

/// Over "a//b": level() is "a", "", "b", then done(). An empty text has one empty level.
class Levels {
public:
    explicit Levels(std::string_view text) : rest_{text} { cut(); }

    [[nodiscard]] bool done() const { return done_; }

    /// Precondition: !done().
    [[nodiscard]] std::string_view level() const { return rest_.substr(0, end_); }

    /// Does nothing when done.
    void advance() {
        if (end_ == rest_.size()) {
            done_ = true;
            return;
        }
        rest_.remove_prefix(end_ + 1);
        cut();
    }

private:
    void cut() {
        const std::size_t slash = rest_.find('/');
        end_ = slash == std::string_view::npos ? rest_.size() : slash;
    }

    std::string_view rest_;
    std::size_t end_ = 0;
    bool done_ = false;
};

} // namespace mqtt::topic
