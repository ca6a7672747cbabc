// The listening sockets of the broker: they come and go while the shards run, each of which is told
// on its own thread.
#include "tools/mqttd/app/broker.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mqttd {

void Broker::make_listener_states() {
    while (listeners_.size() < config_->listeners.size())
        listeners_.push_back(std::make_shared<ListenerState>(listeners_.size()));
}

void Broker::on_every_loop(const std::function<void(EventLoop&)>& task) {
    if (running_) {
        on_every_shard([&](Shard& shard) { task(*loops_[shard.context().index]); });
    } else {
        for (const auto& loop : loops_)
            task(*loop);
    }
}

std::vector<Acceptor*> Broker::acceptors_of(std::span<const std::size_t> places) const {
    std::vector<Acceptor*> found;
    for (const auto& acceptor : acceptors_) {
        const std::size_t place = acceptor->listener->index();
        if (std::find(places.begin(), places.end(), place) != places.end()) {
            found.push_back(acceptor.get());
        }
    }
    return found;
}

std::vector<std::string> Broker::addresses_of(std::span<const std::size_t> places) const {
    std::vector<std::string> addresses;
    for (const Acceptor* const acceptor : acceptors_of(places))
        addresses.push_back(acceptor->socket.text());
    return addresses;
}

void Broker::add_listener(net::ListenSocket socket, std::size_t place) {
    acceptors_.push_back(std::make_unique<Acceptor>(Acceptor{std::move(socket), listeners_[place]})
    );
    const Acceptor& added = *acceptors_.back();
    on_every_loop([&](EventLoop& loop) { loop.add_acceptor(added); });
}

void Broker::remove_listeners(std::span<const std::size_t> places) {
    const std::vector<Acceptor*> gone = acceptors_of(places);
    on_every_loop([&](EventLoop& loop) {
        for (const Acceptor* const acceptor : gone)
            loop.remove_acceptor(*acceptor);
    });
    for (Acceptor* const acceptor : gone)
        net::close(acceptor->socket);
    std::erase_if(acceptors_, [](const auto& acceptor) { return !acceptor->socket.fd; });
}

void Broker::close_sockets() {
    for (const auto& acceptor : acceptors_)
        net::close(acceptor->socket);
    acceptors_.clear();
}

void Broker::suspend_listeners(std::span<const std::size_t> places) {
    const std::vector<Acceptor*> quiet = acceptors_of(places);
    on_every_loop([&](EventLoop& loop) {
        for (const Acceptor* const acceptor : quiet)
            loop.remove_acceptor(*acceptor);
    });
    for (Acceptor* const acceptor : quiet)
        net::suspend(acceptor->socket);
}

std::vector<std::string> Broker::resume_listeners(std::span<const std::size_t> places) {
    std::vector<std::string> taken;
    for (Acceptor* const acceptor : acceptors_of(places)) {
        if (!net::resume(acceptor->socket)) {
            taken.push_back(acceptor->socket.text());
            continue;
        }
        on_every_loop([&](EventLoop& loop) { loop.add_acceptor(*acceptor); });
    }
    return taken;
}

} // namespace mqttd
