#include "tests/support/fake_peer_socket.hpp"

#include <algorithm>

namespace support {

bool FakeSocket::has_news() const {
    if (user == nullptr) return false;
    if (blocked && write_room > 0) return true;
    return !paused && (!to_broker.empty() || (ended && !end_read));
}

void FakeSocket::serve(std::size_t most_bytes) {
    if (user == nullptr) return;
    if (blocked && write_room > 0) {
        blocked = false;
        user->on_writable();
    }
    if (user == nullptr || paused || !has_news()) return;
    paused = true;
    if (!user->wants_bytes()) return; // which may ask for the next turn
    paused = false;
    if (to_broker.empty()) {
        end_read = true;
        user->on_end({});
        return;
    }
    const std::size_t size = std::min(most_bytes, to_broker.size());
    const auto end = to_broker.begin() + static_cast<std::ptrdiff_t>(size);
    const base::ByteBuffer chunk(to_broker.begin(), end);
    to_broker.erase(to_broker.begin(), end);
    user->on_bytes(chunk);
}

FakeTransport::~FakeTransport() {
    close();
}

std::optional<std::size_t> FakeTransport::write(base::Bytes bytes) {
    if (socket_->closed || socket_->broken) return std::nullopt;
    const std::size_t size = std::min(socket_->write_room, bytes.size());
    base::append(socket_->from_broker, bytes.first(size));
    if (socket_->write_room != FakeSocket::unlimited) socket_->write_room -= size;
    socket_->blocked = size < bytes.size();
    return size;
}

void FakeTransport::close() {
    socket_->closed = true;
    leave();
}

void FakeTransport::leave() {
    socket_->user = nullptr;
}

void FakeTransport::join(
    mqttd::TransportHost& host, mqttd::ShardContext&, mqttd::TransportUser& user
) {
    socket_->shard = static_cast<FakeHost&>(host).shard();
    socket_->user = &user;
    socket_->paused = false;
}

} // namespace support
