// MIDGE_ASSERT(condition, "what must hold"): stops the process on a mistake of ours; on in every
// build. Never for what a peer or a user can cause.
#pragma once

namespace base {

[[noreturn]] void
assertion_failed(const char* condition, const char* message, const char* file, int line);

} // namespace base

#define MIDGE_ASSERT(condition, message)                                                           \
    (static_cast<bool>(condition)                                                                  \
         ? static_cast<void>(0)                                                                    \
         : ::base::assertion_failed(#condition, message, __FILE__, __LINE__))
