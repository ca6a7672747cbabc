// The value of a Result in a test; without one the test ends with the reason.
#pragma once

#include <stdexcept>
#include <utility>

namespace test {

template <typename Result>
auto value_of(Result&& result) {
    if (result.has_error()) throw std::runtime_error(result.error().message);
    return *std::forward<Result>(result);
}

} // namespace test
