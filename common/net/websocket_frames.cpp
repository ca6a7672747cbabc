#include "common/net/websocket_frames.hpp"

#include <wslay/wslay.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace net {

namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t longest_short_size = 125;
constexpr std::size_t mask_size = 4;

/// Bytes before the payload. [RFC 6455 5.2]
std::uint64_t header_size(std::uint64_t payload_size, bool masked) {
    std::uint64_t size = 2;
    if (payload_size > 0xFFFF) {
        size += 8;
    } else if (payload_size > longest_short_size) {
        size += 2;
    }
    return masked ? size + mask_size : size;
}

void append_number(base::ByteBuffer& wire, std::uint64_t number, unsigned bytes) {
    for (unsigned shift = bytes * 8; shift > 0; shift -= 8) {
        wire.push_back(static_cast<std::uint8_t>(number >> (shift - 8)));
    }
}

/// 1005: the close frame had no code.
bool is_orderly(std::uint16_t code) {
    return code == 0 || code == WSLAY_CODE_NORMAL_CLOSURE || code == WSLAY_CODE_GOING_AWAY ||
           code == WSLAY_CODE_NO_STATUS_RCVD;
}

} // namespace

/// What wslay calls; user_data is the WebSocketFrames.
struct WebSocketFrames::Callbacks {
    static WebSocketFrames& self(void* user_data) {
        return *static_cast<WebSocketFrames*>(user_data);
    }

    static ssize_t
    read(wslay_event_context_ptr context, std::uint8_t* buffer, size_t size, int, void* user) {
        WebSocketFrames& frames = self(user);
        if (frames.input_.empty()) {
            wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
            return -1;
        }
        const std::size_t count = std::min(size, frames.input_.size());
        std::memcpy(buffer, frames.input_.data(), count);
        frames.input_ = frames.input_.subspan(count);
        frames.read_ += count;
        return static_cast<ssize_t>(count);
    }

    static ssize_t
    write(wslay_event_context_ptr, const std::uint8_t* data, size_t size, int, void* user) {
        base::append(*self(user).wire_, {data, size});
        return static_cast<ssize_t>(size);
    }

    static int make_mask(wslay_event_context_ptr, std::uint8_t* buffer, size_t size, void* user) {
        self(user).masks_->fill({buffer, size});
        return 0;
    }

    static void on_start(
        wslay_event_context_ptr, const wslay_event_on_frame_recv_start_arg* frame, void* user
    ) {
        self(user).on_frame(*frame);
    }

    static void on_chunk(
        wslay_event_context_ptr, const wslay_event_on_frame_recv_chunk_arg* chunk, void* user
    ) {
        WebSocketFrames& frames = self(user);
        if (!frames.data_frame_) return;
        base::append(*frames.plain_, {chunk->data, chunk->data_length});
    }
};

void WebSocketFrames::ContextDeleter::operator()(wslay_event_context* context) const {
    wslay_event_context_free(context);
}

WebSocketFrames::WebSocketFrames(WebSocketRole role, std::size_t max_message, base::Entropy* masks)
    : role_(role), max_message_(max_message), masks_(masks) {}

WebSocketFrames::~WebSocketFrames() = default;

void WebSocketFrames::open_context() {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = &Callbacks::read;
    callbacks.send_callback = &Callbacks::write;
    callbacks.genmask_callback = &Callbacks::make_mask;
    callbacks.on_frame_recv_start_callback = &Callbacks::on_start;
    callbacks.on_frame_recv_chunk_callback = &Callbacks::on_chunk;
    wslay_event_context_ptr context = nullptr;
    const int failed = role_ == WebSocketRole::server
                           ? wslay_event_context_server_init(&context, &callbacks, this)
                           : wslay_event_context_client_init(&context, &callbacks, this);
    if (failed != 0) throw std::bad_alloc();
    context_.reset(context);
    wslay_event_config_set_no_buffering(context, 1);
    read_ = 0;
}

void WebSocketFrames::on_frame(const wslay_event_on_frame_recv_start_arg& frame) {
    // What has been read beyond this frame belongs to those that follow.
    const std::uint64_t size =
        header_size(frame.payload_length, role_ == WebSocketRole::server) + frame.payload_length;
    framed_ += size;
    data_frame_ = wslay_is_ctrl_frame(frame.opcode) == 0;
    if (!data_frame_) return;
    if (!in_message_) message_size_ = 0;
    in_message_ = frame.fin == 0;
    message_size_ += std::min<std::uint64_t>(frame.payload_length, max_message_ + 1);
    if (frame.opcode == WSLAY_TEXT_FRAME) { // [MQTT-6.0.0-1]
        refuse(WSLAY_CODE_UNSUPPORTED_DATA, "a text frame, and MQTT needs binary ones");
    } else if (message_size_ > max_message_) {
        refuse(
            WSLAY_CODE_MESSAGE_TOO_BIG,
            "a message of more than " + std::to_string(max_message_) + " bytes"
        );
    }
}

void WebSocketFrames::refuse(std::uint16_t code, const std::string& why) {
    data_frame_ = false;
    error_ = why + " (WebSocket close code " + std::to_string(code) + ")";
    wslay_event_queue_close(context_.get(), code, nullptr, 0);
    wslay_event_shutdown_read(context_.get());
}

void WebSocketFrames::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    if (over_ || input.empty()) return;
    if (!context_) open_context();
    input_ = input;
    plain_ = &plain;
    wire_ = &wire;
    const int failed = wslay_event_recv(context_.get());
    if (failed == WSLAY_ERR_NOMEM) throw std::bad_alloc();
    while (!close_sent_ && wslay_event_want_write(context_.get()) != 0) {
        if (wslay_event_send(context_.get()) != 0) break;
    }
    plain_ = nullptr;
    wire_ = nullptr;
    note_end(wire);
    // Between two messages there is nothing in wslay that has to be kept.
    if (over_ || (read_ == framed_ && !in_message_)) {
        context_.reset();
        read_ = 0;
        framed_ = 0;
    }
}

void WebSocketFrames::note_end(base::ByteBuffer& wire) {
    wslay_event_context* const context = context_.get();
    if (wslay_event_get_read_enabled(context) != 0) return;
    over_ = true;
    const bool answered = std::exchange(close_sent_, true);
    if (!error_.empty()) return;
    if (wslay_event_get_close_received(context) != 0) {
        const std::uint16_t code = wslay_event_get_status_code_received(context);
        if (!is_orderly(code)) error_ = "WebSocket closed with code " + std::to_string(code);
        return;
    }
    std::uint16_t code = wslay_event_get_status_code_sent(context);
    // A frame that cannot be read at all: wslay closes without a code.
    if (code == WSLAY_CODE_NO_STATUS_RCVD && !answered) {
        code = WSLAY_CODE_PROTOCOL_ERROR;
        wire.resize(wire.size() - header_size(0, role_ == WebSocketRole::client));
        append_close(code, {}, wire);
    }
    error_ =
        "a violation of the WebSocket protocol (WebSocket close code " + std::to_string(code) + ")";
}

void WebSocketFrames::append_frame(
    std::uint8_t opcode, base::Bytes payload, base::ByteBuffer& wire
) {
    const bool masked = role_ == WebSocketRole::client;
    const std::uint8_t mask_flag = masked ? mask_bit : 0;
    wire.push_back(static_cast<std::uint8_t>(final_bit | opcode));
    if (payload.size() <= longest_short_size) {
        wire.push_back(static_cast<std::uint8_t>(mask_flag | payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        wire.push_back(static_cast<std::uint8_t>(mask_flag | 126));
        append_number(wire, payload.size(), 2);
    } else {
        wire.push_back(static_cast<std::uint8_t>(mask_flag | 127));
        append_number(wire, payload.size(), 8);
    }
    if (!masked) return base::append(wire, payload);
    std::array<std::uint8_t, mask_size> mask{};
    masks_->fill(mask);
    base::append(wire, mask);
    const std::size_t begin = wire.size();
    base::append(wire, payload);
    for (std::size_t i = 0; i < payload.size(); ++i)
        wire[begin + i] ^= mask[i % mask_size];
}

void WebSocketFrames::send(base::Bytes plain, base::ByteBuffer& wire) {
    if (!over_ && !close_sent_) append_frame(WSLAY_BINARY_FRAME, plain, wire);
}

void WebSocketFrames::ping(base::ByteBuffer& wire) {
    if (!over_ && !close_sent_) append_frame(WSLAY_PING, {}, wire);
}

void WebSocketFrames::append_close(
    std::uint16_t code, std::string_view reason, base::ByteBuffer& wire
) {
    base::ByteBuffer payload;
    append_number(payload, code, 2);
    base::append(payload, base::as_bytes(reason.substr(0, longest_short_size - 2)));
    append_frame(WSLAY_CONNECTION_CLOSE, payload, wire);
}

void WebSocketFrames::close(std::uint16_t code, std::string_view reason, base::ByteBuffer& wire) {
    if (over_ || close_sent_) return;
    close_sent_ = true;
    append_close(code, reason, wire);
}

} // namespace net
