#include "tools/mqtt-certgen/mqtt_hello.hpp"

#include "common/mqtt/codec/decode.hpp"
#include "common/mqtt/codec/encode.hpp"
#include "common/mqtt/spec/reason_code.hpp"
#include "tools/mqtt-certgen/websocket_client.hpp"

namespace mqtt_certgen {

namespace {

constexpr std::size_t largest_answer = 65536;
constexpr std::uint16_t keep_alive_seconds = 30;
constexpr auto version = mqtt::ProtocolVersion::v311;

void receive_more(LiveConnection& connection, base::ByteBuffer& input) {
    if (input.size() > largest_answer) throw ConnectionFailure("the answer is too large for MQTT");
    connection.receive(input);
}

/// What comes behind the head stays in the input.
void upgrade(
    LiveConnection& connection,
    const CheckTarget& target,
    base::ByteBuffer& input,
    base::Entropy& entropy
) {
    const std::string key = websocket_key(entropy);
    connection.send(base::as_bytes(upgrade_request(target.text(), target.path, key)));
    std::size_t end = std::string_view::npos;
    while (end == std::string_view::npos) {
        receive_more(connection, input);
        end = base::as_text(input).find("\r\n\r\n");
    }
    const std::string problem = problem_of_upgrade(base::as_text(input).substr(0, end), key);
    if (!problem.empty()) throw ConnectionFailure(problem);
    input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(end + 4));
}

/// The MQTT bytes that have come so far.
base::ByteBuffer unpacked(base::ByteBuffer& input, bool websocket) {
    if (!websocket) return input;
    base::ByteBuffer plain;
    base::Bytes left = input;
    while (true) {
        const FrameText frame = from_frame(left);
        if (!frame.problem.empty() && plain.empty()) throw ConnectionFailure(frame.problem);
        if (frame.size == 0 || !frame.problem.empty()) return plain;
        base::append(plain, frame.message);
        left = left.subspan(frame.size);
    }
}

HelloAnswer answer_of(const mqtt::codec::Frame& frame) {
    const auto connack = mqtt::codec::decode_connack(frame, version);
    if (!connack) throw ConnectionFailure("the server's answer to CONNECT is no MQTT");
    const bool accepted = connack->reason == mqtt::ReasonCode::success;
    return {
        .accepted = accepted,
        .words = accepted ? "accepted" : std::string(mqtt::name_of(connack->reason))};
}

} // namespace

HelloAnswer say_hello(
    LiveConnection& connection,
    const CheckTarget& target,
    const HelloSettings& settings,
    base::Entropy& entropy
) {
    base::ByteBuffer input;
    if (target.websocket) upgrade(connection, target, input, entropy);
    const auto send = [&](const base::ByteBuffer& packet) {
        connection.send(
            target.websocket ? base::Bytes(to_frame(packet, entropy)) : base::Bytes(packet)
        );
    };
    const std::string client_id = "check-" + base::random_uuid(entropy).substr(0, 13);
    mqtt::Connect connect;
    connect.version = version;
    connect.keep_alive = keep_alive_seconds;
    connect.client_id = client_id;
    if (!settings.user_name.empty()) {
        connect.user_name = settings.user_name;
        connect.password = base::as_bytes(settings.password);
    }
    base::ByteBuffer packet;
    mqtt::codec::encode(connect, packet);
    send(packet);
    while (true) {
        const base::ByteBuffer plain = unpacked(input, target.websocket);
        const mqtt::codec::FrameRead read = mqtt::codec::next_frame(plain, largest_answer);
        if (read.status == mqtt::codec::FrameStatus::invalid)
            throw ConnectionFailure("the server's answer to CONNECT is no MQTT");
        if (read.status == mqtt::codec::FrameStatus::complete) {
            HelloAnswer answer = answer_of(read.frame);
            if (!answer.accepted) return answer;
            packet.clear();
            mqtt::codec::encode(mqtt::Disconnect{}, version, packet);
            send(packet);
            return answer;
        }
        receive_more(connection, input);
    }
}

} // namespace mqtt_certgen
