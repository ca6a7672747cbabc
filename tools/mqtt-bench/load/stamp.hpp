// The first 24 bytes of every payload: which run and publisher it is from, its number, and when it
// was, or ought to have been, sent. In the machine's byte order: nobody else reads it.
#pragma once

#include <cstdint>
#include <cstring>

namespace bench {

struct Stamp {
    std::uint32_t run = 0; ///< drawn at random: messages of other runs are told apart
    std::uint32_t flow = 0;
    std::uint64_t sequence = 0;
    std::uint64_t time = 0; ///< nanoseconds of the steady clock

    void write(std::uint8_t* at) const { std::memcpy(at, this, sizeof *this); }

    static Stamp read(const std::uint8_t* at) {
        Stamp stamp;
        std::memcpy(&stamp, at, sizeof stamp);
        return stamp;
    }
};

static_assert(sizeof(Stamp) == 24);

} // namespace bench
