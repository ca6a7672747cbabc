// Answers `mqttd store backup` and `mqttd store dump` of a running daemon: a Unix socket beside the
// store, for the user of the daemon and for root. One request at a time, on a thread of its own
// that mostly waits. Owned by StateKeeper.
//
// A request is a line, "backup PATH"; the answer is a line too, "done" or "error TEXT".
#pragma once

#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "common/net/listen_socket.hpp"
#include "tools/mqttd/persistence/store.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace mqttd {

/// Where the service of a store listens.
[[nodiscard]] std::string store_socket_path(std::string_view store_path);

class StoreService {
public:
    /// Makes a copy of the store at a path and calls back once, on any thread.
    using BackUp =
        std::function<void(std::string path, std::function<void(StoreResult<void>)> done)>;

    StoreService(net::ListenSocket socket, BackUp back_up, base::Log& log);
    StoreService(const StoreService&) = delete;
    StoreService& operator=(const StoreService&) = delete;
    /// What is under way has to be called back before.
    ~StoreService();

    /// The socket for a store; an error says what and why.
    [[nodiscard]] static base::Result<net::ListenSocket, net::ListenError>
    open_socket(std::string_view store_path);

private:
    void run();
    void serve(int client);
    [[nodiscard]] std::string answer(std::string_view request);

    net::ListenSocket socket_;
    net::FileDescriptor stop_; ///< an eventfd
    BackUp back_up_;
    base::Log& log_;
    std::thread thread_;
};

} // namespace mqttd
