#include "common/net/stream.hpp"

#include "common/net/error_words.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace net {

namespace asio = boost::asio;
using boost::system::error_code;
using State = base::ByteFilter::State;

namespace {

constexpr std::size_t read_size = std::size_t{64} << 10U;
/// Nothing is read while more than this waits to be written: what a peer asks filters to answer
/// must not pile up.
constexpr std::size_t pending_limit = std::size_t{1} << 20U;

} // namespace

/// Kept alive by its pending operations; silent once closed.
class Stream::Core : public std::enable_shared_from_this<Stream::Core> {
public:
    Core(StreamSocket socket, std::unique_ptr<FilterChain> filters, StreamUser& user)
        : socket_(std::move(socket)), filters_(std::move(filters)), user_(&user) {}

    void set_user(StreamUser& user) { user_ = &user; }

    void open() {
        filters_->start(pending_);
        flush();
        read_wire();
    }

    [[nodiscard]] const char* opening_name() const {
        return filters_ == nullptr ? "" : filters_->opening_name();
    }

    void read() {
        if (std::exchange(wanted_, true)) return;
        if (early_.empty()) return read_wire();
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            if (self->user_ != nullptr) self->give(std::exchange(self->early_, {}));
        });
    }

    void write(base::ByteBuffer plain) {
        user_writes_ = true;
        add_to_wire(std::move(plain));
        flush();
        if (filters_ == nullptr || filters_->state() != State::failed) return;
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            if (self->user_ != nullptr)
                self->end({self->filters_->error(), self->filters_->trouble()});
        });
    }

    [[nodiscard]] bool can_write() const { return !user_writes_; }

    [[nodiscard]] bool write_failed() const { return write_failed_; }

    void write_at_once(base::ByteBuffer plain) {
        if (writing_) return;
        add_to_wire(std::move(plain));
        if (filters_ != nullptr && filters_->state() == State::open) filters_->close(pending_);
        write_pending_at_once();
    }

    void half_close() {
        if (filters_ != nullptr && filters_->state() == State::open) filters_->close(pending_);
        closing_ = true;
        flush();
    }

    void close() {
        user_ = nullptr;
        error_code ignored; // closing what may be closed
        socket_.close(ignored);
    }

private:
    void add_to_wire(base::ByteBuffer plain) {
        if (filters_ != nullptr) {
            if (filters_->state() == State::open) filters_->send(plain, pending_);
        } else if (pending_.empty()) {
            pending_ = std::move(plain);
        } else {
            base::append(pending_, plain);
        }
    }

    void write_pending_at_once() {
        error_code ignored; // the connection ends anyway
        socket_.non_blocking(true, ignored);
        if (!pending_.empty()) socket_.write_some(asio::buffer(pending_), ignored);
        pending_.clear();
    }

    void flush() {
        if (writing_ || write_failed_) return;
        if (pending_.empty()) {
            if (std::exchange(closing_, false)) shut_down();
            return;
        }
        writing_ = true;
        output_ = std::exchange(pending_, {});
        auto on_written = [self = shared_from_this()](const error_code& error, std::size_t) {
            if (self->user_ != nullptr) self->on_wire_written(error);
        };
        asio::async_write(socket_, asio::buffer(output_), std::move(on_written));
    }

    void on_wire_written(const error_code& error) {
        writing_ = false;
        if (error) { // reading ends soon too, after what the other side may have said
            write_failed_ = true;
            wanted_ = true;
            return read_wire();
        }
        flush();
        if (wanted_) read_wire();
        if (!writing_ && std::exchange(user_writes_, false)) user_->on_written();
    }

    void shut_down() {
        error_code ignored; // then reading fails as well
        socket_.shutdown(StreamSocket::shutdown_send, ignored);
    }

    void read_wire() {
        if (reading_ || (pending_.size() > pending_limit && !write_failed_)) return;
        reading_ = true;
        auto on_read = [self = shared_from_this()](const error_code& error, std::size_t size) {
            self->reading_ = false;
            if (self->user_ != nullptr) self->on_wire_read(error, size);
        };
        socket_.async_read_some(asio::buffer(input_), std::move(on_read));
    }

    void on_wire_read(const error_code& error, std::size_t size) {
        if (error) return end(ended_by(error));
        const base::Bytes bytes(input_.data(), size);
        if (filters_ == nullptr) return give(bytes);
        const bool was_opening = filters_->state() == State::opening;
        base::ByteBuffer plain;
        filters_->receive(bytes, plain, pending_);
        flush();
        if (filters_->state() == State::opening) return read_wire();
        if (was_opening && filters_->state() == State::open) {
            early_ = std::move(plain);
            return user_->on_open();
        }
        if (!plain.empty()) give(plain);
        if (user_ == nullptr) return; // it has had enough
        if (filters_->state() == State::failed)
            return end({filters_->error(), filters_->trouble()});
        if (filters_->state() == State::ended) return end({"the server closed the connection"});
        if (wanted_) read_wire();
    }

    /// The user may close the stream meanwhile.
    void give(base::Bytes bytes) {
        wanted_ = false;
        user_->on_bytes(bytes);
    }

    [[nodiscard]] StreamEnd ended_by(const error_code& error) const {
        const bool opening = filters_ != nullptr && filters_->state() == State::opening;
        const bool closed =
            error == asio::error::eof || (opening && error == asio::error::connection_reset);
        if (!closed) return {in_words(error)};
        if (!opening) return {"the server closed the connection"};
        return {
            "the connection was closed during the " + std::string(filters_->opening_name()),
            base::TransportTrouble::closed_while_opening};
    }

    void end(const StreamEnd& end) {
        if (!writing_) write_pending_at_once(); // an alert
        user_->on_end(end);
    }

    StreamSocket socket_;
    std::unique_ptr<FilterChain> filters_;
    StreamUser* user_; ///< nullptr: closed
    std::array<std::uint8_t, read_size> input_{};
    base::ByteBuffer early_;   ///< plain bytes that came with the end of the handshake
    base::ByteBuffer pending_; ///< for the wire
    base::ByteBuffer output_;  ///< being written
    bool reading_ = false;
    bool wanted_ = false; ///< the user waits for bytes
    bool writing_ = false;
    bool user_writes_ = false; ///< the user waits for on_written()
    bool write_failed_ = false;
    bool closing_ = false; ///< half_close(), once everything is written
};

Stream::Stream(StreamSocket socket, std::unique_ptr<FilterChain> filters, StreamUser& user)
    : core_(std::make_shared<Core>(std::move(socket), std::move(filters), user)) {}

Stream::~Stream() {
    core_->close();
}

void Stream::set_user(StreamUser& user) {
    core_->set_user(user);
}

void Stream::open() {
    core_->open();
}

const char* Stream::opening_name() const {
    return core_->opening_name();
}

void Stream::read() {
    core_->read();
}

void Stream::write(base::ByteBuffer plain) {
    core_->write(std::move(plain));
}

bool Stream::can_write() const {
    return core_->can_write();
}

bool Stream::write_failed() const {
    return core_->write_failed();
}

void Stream::write_at_once(base::ByteBuffer plain) {
    core_->write_at_once(std::move(plain));
}

void Stream::half_close() {
    core_->half_close();
}

} // namespace net
