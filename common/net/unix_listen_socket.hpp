// The Unix-socket half of open_listen_sockets(). Main thread, before anything runs.
#pragma once

#include "common/net/listen_socket.hpp"

namespace net {

/// Replaces the file of a socket that nobody listens on; never removes anything else.
[[nodiscard]] base::Result<OpenedSockets, ListenError>
open_unix_listen_socket(const ListenOptions& options);

} // namespace net
