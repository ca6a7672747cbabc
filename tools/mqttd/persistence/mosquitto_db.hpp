// The file in which mosquitto keeps what it has to remember (mosquitto.db, format 5 and 6 of
// mosquitto 1.6 to 2.0), taken apart: chunks of sessions, subscriptions, messages and their places
// in queues. Whatever bytes it is given, it answers with values or says where they make no sense;
// whether the values are legal MQTT is for the reader to decide. Pure; any thread.
//
// Format: a magic text, a checksum that mosquitto does not use, the version; then chunks of kind
// and length (32 bits), each with a C struct and the texts that it gives the lengths of. Numbers of
// 16 and 32 bits are in network order, those of 64 bits and the paddings as the machine had them:
// little endian is read here.
#pragma once

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqttd {

/// All views point into the file's bytes.
struct MosquittoDb {
    struct Client {
        std::string_view client_id;
        std::int64_t expires = 0;          ///< seconds since 1970; 0: connected, or never
        std::uint32_t expiry_interval = 0; ///< seconds
        std::uint16_t listener_port = 0;   ///< 0: unknown
    };

    struct Message {
        std::uint64_t id = 0;
        std::int64_t expires = 0; ///< seconds since 1970; 0: never
        std::string_view topic;
        base::Bytes payload{};
        base::Bytes properties{}; ///< with their length before them; empty: none
        std::uint8_t qos = 0;
        bool retain = false;
    };

    /// The place of a message in the queue of a client.
    struct ClientMessage {
        std::string_view client_id;
        std::uint64_t message = 0;
        base::Bytes properties{}; ///< likewise: a subscription identifier
        std::uint16_t packet_id = 0;
        std::uint8_t qos = 0;
        std::uint8_t state = 0; ///< see MosquittoState
        bool retain = false;
        bool inbound = false; ///< from the client
    };

    struct Subscription {
        std::string_view client_id;
        std::string_view filter;
        std::uint32_t identifier = 0;
        std::uint8_t qos = 0;
        std::uint8_t options = 0; ///< as in SUBSCRIBE [MQTT5 3.8.3.1]
    };

    std::vector<Client> clients;
    std::vector<Message> messages;
    std::vector<ClientMessage> client_messages; ///< in the order of each queue
    std::vector<Subscription> subscriptions;
    std::vector<std::uint64_t> retained; ///< messages
};

/// How far the delivery of a message has come.
enum class MosquittoState : std::uint8_t {
    publish_qos0 = 1,
    publish_qos1 = 2,
    wait_for_puback = 3,
    publish_qos2 = 4,
    wait_for_pubrec = 5,
    resend_pubrel = 6,
    wait_for_pubrel = 7,
    resend_pubcomp = 8,
    wait_for_pubcomp = 9,
    send_pubrec = 10,
    queued = 11,
};

/// The result lives as long as file; the error says what is wrong, and at which byte.
[[nodiscard]] base::Result<MosquittoDb, std::string> parse_mosquitto_db(base::Bytes file);

} // namespace mqttd
