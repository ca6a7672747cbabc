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
constexpr std::uint8_t control_bit = 0x08; // of the opcode
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
}

void WebSocketFrames::on_frame(const wslay_event_on_frame_recv_start_arg& frame) {
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

// Follows the frames through the stream. Some clients (Paho for Python) leave the mask off the
// frames with which they answer, which harms nobody as these carry no data: they get a mask of
// zeros.
base::ByteBuffer WebSocketFrames::with_masks(base::Bytes input) {
    base::ByteBuffer out;
    out.reserve(input.size() + 2 * mask_size);
    while (!input.empty()) {
        if (frame_left_ > 0) {
            const std::size_t size = std::min<std::uint64_t>(frame_left_, input.size());
            base::append(out, input.first(size));
            input = input.subspan(size);
            frame_left_ -= size;
        } else {
            take_header_byte(input.front(), out);
            input = input.subspan(1);
        }
    }
    return out;
}

void WebSocketFrames::take_header_byte(std::uint8_t byte, base::ByteBuffer& out) {
    if (!first_byte_) { // kept until it is clear what follows
        first_byte_ = byte;
        return;
    }
    if (length_bytes_left_ > 0) {
        out.push_back(byte);
        length_ = (length_ << 8U) | byte;
        if (--length_bytes_left_ == 0) begin_payload();
        return;
    }
    out.push_back(*first_byte_);
    length_ = byte & ~mask_bit;
    masked_ = (byte & mask_bit) != 0;
    const bool forgives = role_ == WebSocketRole::server && !masked_ &&
                          (*first_byte_ & control_bit) != 0 && length_ <= longest_short_size;
    out.push_back(forgives ? static_cast<std::uint8_t>(byte | mask_bit) : byte);
    if (forgives) out.insert(out.end(), mask_size, 0);
    if (length_ <= longest_short_size) return begin_payload();
    length_bytes_left_ = length_ == 126 ? 2 : 8;
    length_ = 0;
}

void WebSocketFrames::begin_payload() {
    frame_left_ = length_ + (masked_ ? mask_size : 0);
    first_byte_.reset();
}

void WebSocketFrames::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    if (over_ || input.empty()) return;
    if (!context_) open_context();
    const base::ByteBuffer masked = with_masks(input);
    input_ = masked;
    plain_ = &plain;
    wire_ = &wire;
    const int failed = wslay_event_recv(context_.get());
    if (failed == WSLAY_ERR_NOMEM) throw std::bad_alloc();
    while (!close_sent_ && wslay_event_want_write(context_.get()) != 0) {
        if (wslay_event_send(context_.get()) != 0) break;
    }
    input_ = {};
    plain_ = nullptr;
    wire_ = nullptr;
    note_end(wire);
    // Between two messages there is nothing in wslay that has to be kept.
    const bool between_frames = frame_left_ == 0 && length_bytes_left_ == 0;
    if (over_ || (between_frames && !in_message_)) context_.reset();
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
