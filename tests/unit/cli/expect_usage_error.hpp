// Runs something that must be refused with a UsageError and returns its message and hint, joined by
// a line end.
#pragma once

#include "common/cli/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace test {

template <typename Action>
std::string usage_error_of(const Action& action) {
    try {
        action();
    } catch (const cli::UsageError& error) {
        return error.hint().empty() ? error.what()
                                    : std::string(error.what()) + '\n' + error.hint();
    }
    ADD_FAILURE() << "nothing was refused";
    return {};
}

} // namespace test
