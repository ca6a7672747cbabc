// The Unix-socket half of listen_socket. Main thread.
#pragma once

#include "common/net/listen_socket.hpp"

#include <string>

namespace net {

/// Replaces the file of a socket that nobody listens on; never removes anything else.
[[nodiscard]] base::Result<OpenedSockets, ListenError>
open_unix_listen_socket(const ListenOptions& options);

/// The file of a socket that nobody listens on any more; anything else stays.
void remove_stale_unix_socket(const std::string& path);

} // namespace net
