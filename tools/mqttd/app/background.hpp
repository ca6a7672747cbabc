// `mqttd -d`: the start goes on in a child process, and the process that the user called ends when
// the child is ready or has failed, so that its exit status is true. Before any thread is made.
#pragma once

#include "common/net/file_descriptor.hpp"

#include <optional>

namespace mqttd {

class Background {
public:
    /// Returns twice: in the child with a Background, and in the calling process, after the child's
    /// start, with the exit status to end with.
    struct Fork;
    [[nodiscard]] static Fork fork();

    /// The child is ready: lets go of the terminal, and the calling process ends with 0.
    void ready();

private:
    explicit Background(net::FileDescriptor to_parent);

    net::FileDescriptor to_parent_;
};

struct Background::Fork {
    std::optional<Background> child; ///< set in the child
    int status = 0;                  ///< of the calling process
};

} // namespace mqttd
