#include "common/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace base {

void assertion_failed(const char* condition, const char* message, const char* file, int line) {
    std::fprintf(
        stderr, "midge: internal error: %s (%s) at %s:%d\n", message, condition, file, line
    );
    std::abort();
}

} // namespace base
