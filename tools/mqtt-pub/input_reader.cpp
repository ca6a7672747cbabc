#include "tools/mqtt-pub/input_reader.hpp"

#include <boost/asio/post.hpp>

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace mqtt_pub {

namespace {

constexpr std::size_t piece_size = 65536;

} // namespace

InputReader::InputReader(boost::asio::io_context& context, int descriptor)
    : context_(context)
    , descriptor_(descriptor)
    , ready_(context)
    , buffer_(piece_size)
    , alive_(std::make_shared<int>()) {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0) {
        ready_.assign(set);
    } else {
        ::close(set);
    }
}

void InputReader::read(Handler handler) {
    handler_ = std::move(handler);
    const auto go = [this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) read_now();
    };
    if (!ready_.is_open()) {
        boost::asio::post(context_, go);
        return;
    }
    // If waiting fails, the read itself says why.
    ready_.async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [go](const boost::system::error_code&) { go(); }
    );
}

void InputReader::read_now() {
    ssize_t size = 0;
    do {
        size = ::read(descriptor_, buffer_.data(), buffer_.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno == EAGAIN) {
        read(std::move(handler_));
        return;
    }
    const int error = size < 0 ? errno : 0;
    const Handler handler = std::exchange(handler_, nullptr);
    handler({buffer_.data(), size < 0 ? 0 : static_cast<std::size_t>(size)}, error);
}

void InputReader::cancel() {
    alive_ = std::make_shared<int>();
    handler_ = nullptr;
    boost::system::error_code ignored; // nothing was pending
    if (ready_.is_open()) ready_.cancel(ignored);
}

} // namespace mqtt_pub
