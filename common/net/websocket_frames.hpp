// The frames of a WebSocket connection after the upgrade, for either side: wslay reads, checks and
// answers them (pings, closing, close codes 1002, 1003 and 1009). Sans-io. Payload is passed on as
// it comes, so that no message is ever kept; wslay's buffers exist only while a frame is
// incomplete, so that an idle connection costs next to nothing. [RFC 6455] [MQTT5 6]
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/entropy.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct wslay_event_context;
struct wslay_event_on_frame_recv_start_arg;

namespace net {

enum class WebSocketRole : std::uint8_t { server, client };

class WebSocketFrames {
public:
    static constexpr std::uint16_t going_normally = 1000;

    /// max_message: bytes; a larger message is refused with 1009. masks: for a client, which has to
    /// mask what it sends; outlives this.
    WebSocketFrames(WebSocketRole role, std::size_t max_message, base::Entropy* masks = nullptr);
    WebSocketFrames(const WebSocketFrames&) = delete;
    WebSocketFrames& operator=(const WebSocketFrames&) = delete;
    ~WebSocketFrames();

    void receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire);
    /// One binary message.
    void send(base::Bytes plain, base::ByteBuffer& wire);
    void ping(base::ByteBuffer& wire);
    void close(std::uint16_t code, std::string_view reason, base::ByteBuffer& wire);

    /// A close frame came, or the other side broke the rules and was told so. Nothing is received
    /// or sent afterwards.
    [[nodiscard]] bool is_over() const { return over_; }

    /// Why it is over; empty: the other side closed it in an orderly way.
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    struct Callbacks;

    struct ContextDeleter {
        void operator()(wslay_event_context* context) const;
    };

    void open_context();
    [[nodiscard]] base::ByteBuffer with_masks(base::Bytes input);
    void take_header_byte(std::uint8_t byte, base::ByteBuffer& out);
    void begin_payload();
    void on_frame(const wslay_event_on_frame_recv_start_arg& frame);
    void refuse(std::uint16_t code, const std::string& why);
    void note_end(base::ByteBuffer& wire);
    void append_close(std::uint16_t code, std::string_view reason, base::ByteBuffer& wire);
    void append_frame(std::uint8_t opcode, base::Bytes payload, base::ByteBuffer& wire);

    WebSocketRole role_;
    bool over_ = false;
    bool close_sent_ = false;
    bool in_message_ = false; ///< between the fragments of a message
    bool data_frame_ = false; ///< the frame that is read carries payload that is wanted
    std::size_t max_message_;
    std::uint64_t message_size_ = 0; ///< of the frames so far
    base::Entropy* masks_;
    std::unique_ptr<wslay_event_context, ContextDeleter> context_;
    // Where the stream is within a frame.
    std::optional<std::uint8_t> first_byte_; ///< until the frame's length is known
    bool masked_ = false;
    unsigned length_bytes_left_ = 0;
    std::uint64_t length_ = 0;
    std::uint64_t frame_left_ = 0;      ///< bytes of mask and payload
    base::Bytes input_;                 ///< during receive()
    base::ByteBuffer* plain_ = nullptr; ///< during receive()
    base::ByteBuffer* wire_ = nullptr;  ///< while wslay may write
    std::string error_;
};

} // namespace net
