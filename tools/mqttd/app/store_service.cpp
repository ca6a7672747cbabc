#include "tools/mqttd/app/store_service.hpp"

#include "common/base/escape.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <future>
#include <utility>

namespace mqttd {

namespace {

constexpr std::string_view backup_word = "backup ";
/// A path has at most 4096 bytes.
constexpr std::size_t longest_request = 8192;
/// For a request to come in whole.
constexpr std::chrono::seconds patience{5};
/// When the process has no descriptor for a client.
constexpr std::chrono::milliseconds pause_without_descriptor{100};

using Clock = std::chrono::steady_clock;

/// Waits for input until the deadline. False: there is none, or it is time to stop.
bool wait_for_input(int input, int stop, Clock::time_point deadline) {
    std::array<pollfd, 2> entries{
        {{.fd = input, .events = POLLIN, .revents = 0},
         {.fd = stop, .events = POLLIN, .revents = 0}}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0 || ::poll(entries.data(), entries.size(), static_cast<int>(left)) <= 0)
        return false;
    return entries[1].revents == 0;
}

/// Without the end of the line; empty: none came.
std::string read_request(int client, int stop) {
    const auto deadline = Clock::now() + patience;
    std::string text;
    std::array<char, 1024> buffer{};
    while (text.size() < longest_request && wait_for_input(client, stop, deadline)) {
        const ssize_t size = ::recv(client, buffer.data(), buffer.size(), 0);
        if (size <= 0) return {};
        text.append(buffer.data(), static_cast<std::size_t>(size));
        if (const auto end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
    }
    return {};
}

} // namespace

std::string store_socket_path(std::string_view store_path) {
    return std::string(store_path) + ".sock";
}

base::Result<net::ListenSocket, net::ListenError>
StoreService::open_socket(std::string_view store_path) {
    net::ListenOptions options;
    options.unix_path = store_socket_path(store_path);
    options.unix_mode = 0600;
    options.backlog = 8;
    auto opened = net::open_listen_sockets(options);
    if (opened.has_error()) return opened.error();
    return std::move(opened->sockets.front());
}

StoreService::StoreService(net::ListenSocket socket, BackUp back_up, base::Log& log)
    : socket_(std::move(socket))
    , stop_(::eventfd(0, EFD_CLOEXEC))
    , back_up_(std::move(back_up))
    , log_(log)
    , thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), "store service");
}

StoreService::~StoreService() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(stop_.get(), &one, sizeof one) == sizeof one);
    thread_.join();
    net::close(socket_);
}

void StoreService::run() {
    std::array<pollfd, 2> entries{
        {{.fd = socket_.fd.get(), .events = POLLIN, .revents = 0},
         {.fd = stop_.get(), .events = POLLIN, .revents = 0}}};
    while (true) {
        if (::poll(entries.data(), entries.size(), -1) < 0) continue;
        if (entries[1].revents != 0) return;
        const net::FileDescriptor client(::accept4(socket_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC)
        );
        if (client) {
            serve(client.get());
        } else {
            std::this_thread::sleep_for(pause_without_descriptor);
        }
    }
}

void StoreService::serve(int client) {
    const std::string request = read_request(client, stop_.get());
    if (request.empty()) return;
    const std::string line = answer(request) + '\n';
    // Who is gone does not hear of it; the log has it.
    static_cast<void>(::send(client, line.data(), line.size(), MSG_NOSIGNAL) >= 0);
}

std::string StoreService::answer(std::string_view request) {
    if (!request.starts_with(backup_word)) return "error this mqttd knows no such request";
    const std::string path(request.substr(backup_word.size()));
    if (!path.starts_with('/')) return "error the path of a backup has to be absolute";
    const auto begin = Clock::now();
    std::promise<StoreResult<void>> promise;
    back_up_(path, [&promise](StoreResult<void> result) { promise.set_value(std::move(result)); });
    const StoreResult<void> result = promise.get_future().get();
    if (result.has_error()) {
        log_.write(base::LogLevel::warning, "no backup was made: " + result.error().text);
        return "error " + base::escaped(result.error().text, longest_request);
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    log_.write(
        base::LogLevel::notice,
        "the store was copied to " + base::escaped(path, longest_request) + " in " +
            std::to_string(took.count()) + " ms"
    );
    return "done";
}

} // namespace mqttd
