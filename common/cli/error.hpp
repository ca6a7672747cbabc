// What ends a tool early: thrown anywhere, caught once, in run_tool(). what() says what is wrong,
// where, and what was got; lower case, no full stop. The hint says what to do.
#pragma once

#include "common/cli/exit_code.hpp"

#include <stdexcept>
#include <string>

namespace cli {

/// A wrong option, value or combination of options; exit code "usage".
class UsageError : public std::runtime_error {
public:
    explicit UsageError(const std::string& what, std::string hint = {})
        : std::runtime_error(what), hint_(std::move(hint)) {}

    [[nodiscard]] const std::string& hint() const { return hint_; }

private:
    std::string hint_;
};

/// Everything else that ends a tool.
class ToolError : public std::runtime_error {
public:
    ToolError(Outcome outcome, const std::string& what, std::string hint = {})
        : std::runtime_error(what), outcome_(outcome), hint_(std::move(hint)) {}

    ToolError(ExitCode code, const std::string& what, std::string hint = {})
        : ToolError(Outcome{.code = code}, what, std::move(hint)) {}

    [[nodiscard]] const Outcome& outcome() const { return outcome_; }

    [[nodiscard]] const std::string& hint() const { return hint_; }

private:
    Outcome outcome_;
    std::string hint_;
};

} // namespace cli
