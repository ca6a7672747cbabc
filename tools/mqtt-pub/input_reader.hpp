// Reads a descriptor (a pipe, a terminal, a file) piece by piece, when asked, without blocking the
// io_context and without changing the mode of a descriptor that other programs share. Owned by the
// feed of lines, used on the thread of the io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace mqtt_pub {

class InputReader {
public:
    /// bytes: empty at the end of the input. error: an errno, 0 when it went well.
    using Handler = std::function<void(std::string_view bytes, int error)>;

    InputReader(boost::asio::io_context& context, int descriptor);

    /// Calls handler once, later. One read at a time.
    void read(Handler handler);

    /// The handler of a pending read will not be called.
    void cancel();

private:
    void read_now();

    boost::asio::io_context& context_;
    int descriptor_;
    /// An epoll set with the descriptor as its only member; not open for a file, which is always
    /// ready and which epoll refuses.
    boost::asio::posix::stream_descriptor ready_;
    std::vector<char> buffer_;
    Handler handler_;
    std::shared_ptr<int> alive_; ///< lets a handler in the queue see that it is cancelled
};

} // namespace mqtt_pub
