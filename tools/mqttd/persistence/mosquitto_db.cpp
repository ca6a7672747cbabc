#include "tools/mqttd/persistence/mosquitto_db.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mqttd {

namespace {

constexpr std::array<std::uint8_t, 15> magic{
    0x00, 0xB5, 0x00, 'm', 'o', 's', 'q', 'u', 'i', 't', 't', 'o', ' ', 'd', 'b'};

enum class Chunk : std::uint32_t {
    configuration = 1,
    message = 2,
    client_message = 3,
    retained = 4,
    subscription = 5,
    client = 6,
};

/// Reads on until something is missing; everything after that is zero and empty.
class Fields {
public:
    explicit Fields(base::Bytes bytes) : rest_(bytes) {}

    [[nodiscard]] bool ok() const { return ok_; }

    [[nodiscard]] std::size_t left() const { return rest_.size(); }

    base::Bytes take(std::size_t size) {
        if (size > rest_.size()) {
            ok_ = false;
            rest_ = {};
            return {};
        }
        const base::Bytes taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }

    base::Bytes take_rest() { return take(rest_.size()); }

    std::string_view text(std::size_t size) { return base::as_text(take(size)); }

    std::uint8_t byte() {
        const base::Bytes taken = take(1);
        return taken.empty() ? std::uint8_t{0} : taken[0];
    }

    std::uint16_t two_bytes() { return static_cast<std::uint16_t>(network_order(2)); }

    std::uint32_t four_bytes() { return static_cast<std::uint32_t>(network_order(4)); }

    std::uint64_t eight_bytes() {
        std::uint64_t value = 0;
        const base::Bytes taken = take(8);
        for (std::size_t at = taken.size(); at > 0; --at)
            value = value << 8U | taken[at - 1];
        return value;
    }

private:
    std::uint64_t network_order(std::size_t size) {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : take(size))
            value = value << 8U | byte;
        return value;
    }

    base::Bytes rest_;
    bool ok_ = true;
};

// The readers of chunks: the fixed part, its padding, the texts. false: not this kind of chunk.

bool read_client(Fields& in, std::uint32_t version, MosquittoDb& db) {
    MosquittoDb::Client client;
    client.expires = static_cast<std::int64_t>(in.eight_bytes());
    client.expiry_interval = in.four_bytes();
    in.two_bytes(); // the last packet identifier
    const std::size_t id_size = in.two_bytes();
    if (version >= 6) {
        client.listener_port = in.two_bytes();
        in.two_bytes(); // the length of the user name
        in.take(4);
    }
    client.client_id = in.text(id_size);
    // The user name stays unread: of a client that has none, 2.0.11 writes that of another one,
    // with a length that may be wrong.
    db.clients.push_back(client);
    return in.ok();
}

bool read_message(Fields& in, MosquittoDb& db) {
    MosquittoDb::Message message;
    message.id = in.eight_bytes();
    message.expires = static_cast<std::int64_t>(in.eight_bytes());
    const std::size_t payload_size = in.four_bytes();
    in.two_bytes(); // the publisher's packet identifier
    const std::size_t source_size = in.two_bytes();
    const std::size_t user_size = in.two_bytes();
    const std::size_t topic_size = in.two_bytes();
    in.two_bytes(); // the publisher's port
    message.qos = in.byte();
    message.retain = in.byte() != 0;
    in.take(source_size);
    in.take(user_size);
    message.topic = in.text(topic_size);
    message.payload = in.take(payload_size);
    message.properties = in.take_rest();
    db.messages.push_back(message);
    return in.ok();
}

bool read_client_message(Fields& in, MosquittoDb& db) {
    MosquittoDb::ClientMessage message;
    message.message = in.eight_bytes();
    message.packet_id = in.two_bytes();
    const std::size_t id_size = in.two_bytes();
    message.qos = in.byte();
    message.state = in.byte();
    message.retain = (in.byte() & 0xF0U) != 0;
    message.inbound = in.byte() == 0;
    message.client_id = in.text(id_size);
    message.properties = in.take_rest();
    db.client_messages.push_back(message);
    return in.ok();
}

bool read_subscription(Fields& in, MosquittoDb& db) {
    MosquittoDb::Subscription subscription;
    subscription.identifier = in.four_bytes();
    const std::size_t id_size = in.two_bytes();
    const std::size_t filter_size = in.two_bytes();
    subscription.qos = in.byte();
    subscription.options = in.byte();
    in.take(2);
    subscription.client_id = in.text(id_size);
    subscription.filter = in.text(filter_size);
    db.subscriptions.push_back(subscription);
    return in.ok();
}

bool read_retained(Fields& in, MosquittoDb& db) {
    db.retained.push_back(in.eight_bytes());
    return in.ok();
}

/// Message identifiers of 64 bits are the only ones that were ever built.
bool read_configuration(Fields& in) {
    in.eight_bytes();
    in.byte();
    return in.byte() == 8;
}

bool read_chunk(std::uint32_t kind, Fields& in, std::uint32_t version, MosquittoDb& db) {
    switch (static_cast<Chunk>(kind)) {
    case Chunk::configuration:
        return read_configuration(in);
    case Chunk::message:
        return read_message(in, db);
    case Chunk::client_message:
        return read_client_message(in, db);
    case Chunk::retained:
        return read_retained(in, db);
    case Chunk::subscription:
        return read_subscription(in, db);
    case Chunk::client:
        return read_client(in, version, db);
    }
    return true; // mosquitto leaves out what it does not know as well
}

std::string wrong_version(std::uint32_t version) {
    std::string text = "has format " + std::to_string(version) + " of mosquitto.db";
    if (version >= 2 && version < 5) {
        return text +
               ", of mosquitto 1.5 or older; start a mosquitto 2.0 with it once, which brings "
               "it up to date";
    }
    return text + "; formats 5 and 6 (mosquitto 1.6 to 2.0) can be read";
}

} // namespace

base::Result<MosquittoDb, std::string> parse_mosquitto_db(base::Bytes file) {
    Fields in(file);
    const base::Bytes beginning = in.take(magic.size());
    if (!std::equal(beginning.begin(), beginning.end(), magic.begin(), magic.end())) {
        return std::string("is no mosquitto.db");
    }
    in.four_bytes();
    const std::uint32_t version = in.four_bytes();
    if (!in.ok()) return std::string("ends in its header");
    if (version != 5 && version != 6) return wrong_version(version);
    MosquittoDb db;
    while (in.left() > 0) {
        const std::size_t start = file.size() - in.left();
        const std::uint32_t kind = in.four_bytes();
        const std::uint32_t size = in.four_bytes();
        Fields chunk(in.take(size));
        if (!in.ok()) {
            return "ends in the middle of the chunk at byte " + std::to_string(start);
        }
        if (!read_chunk(kind, chunk, version, db)) {
            return "has a chunk at byte " + std::to_string(start) + " (kind " +
                   std::to_string(kind) + ", " + std::to_string(size) +
                   " bytes) that is shorter than what it says to have";
        }
    }
    return db;
}

} // namespace mqttd
