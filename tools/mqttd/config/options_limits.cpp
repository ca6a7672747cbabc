// Rows of the option table: limits. 0 means no limit unless the row says otherwise; -1 for those
// that mosquitto counts so.
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

using access::of_limits;

constexpr std::int64_t largest_packet = 268'435'455;

constexpr Option count_row(
    std::string_view name,
    std::string_view default_text,
    std::string_view help,
    Access<BrokerConfig> global
) {
    return {
        .name = name,
        .type = ValueType::integer,
        .default_text = default_text,
        .help = help,
        .global = global};
}

constexpr Option byte_row(
    std::string_view name,
    std::string_view default_text,
    std::string_view help,
    Access<BrokerConfig> global
) {
    Option row = count_row(name, default_text, help, global);
    row.unit = "bytes";
    return row;
}

constexpr Option within(Option row, std::int64_t minimum, std::int64_t maximum) {
    row.minimum = minimum;
    row.maximum = maximum;
    return row;
}

constexpr Option seconds(Option row) {
    row.unit = "seconds";
    return row;
}

} // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const Option> limit_options() {
    static constexpr Option rows[] = {
        within(
            count_row(
                "global_max_clients",
                "-1",
                "How many sessions may exist, connected or stored; -1 for any number.",
                of_limits<&LimitConfig::global_max_clients>()
            ),
            -1,
            no_maximum
        ),
        within(
            count_row(
                "global_max_connections",
                "-1",
                "How many clients may be connected at a time over all listeners; -1 for any "
                "number.",
                of_limits<&LimitConfig::global_max_connections>()
            ),
            -1,
            no_maximum
        ),
        within(
            count_row(
                "max_inflight_messages",
                "20",
                "How many QoS 1 and 2 messages may be under way to or from a client; 0 for any "
                "number.",
                of_limits<&LimitConfig::max_inflight_messages>()
            ),
            0,
            65535
        ),
        byte_row(
            "max_inflight_bytes",
            "0",
            "How many bytes of QoS 1 and 2 messages may be under way to a client; one message "
            "always may. "
            "0 for any number.",
            of_limits<&LimitConfig::max_inflight_bytes>()
        ),
        count_row(
            "max_queued_messages",
            "1000",
            "How many messages may wait for a client beyond those under way; 0 for any number.",
            of_limits<&LimitConfig::max_queued_messages>()
        ),
        byte_row(
            "max_queued_bytes",
            "0",
            "How many bytes of messages may wait for a client; 0 for any number.",
            of_limits<&LimitConfig::max_queued_bytes>()
        ),
        {.name = "queue_policy",
         .type = ValueType::choice,
         .default_text = "drop_new",
         .choices = "drop_new|drop_old|disconnect",
         .help = "What to do with a message for a client whose queue is full: drop it, drop the "
                 "oldest that wait instead, or drop it and disconnect the client if it is "
                 "connected. Of a shared subscription another member gets it first.",
         .global = of_limits<&LimitConfig::queue_policy>()},
        within(
            seconds(count_row(
                "max_keepalive",
                "0",
                "The longest keep alive a client may ask for; 0 for any. A version 5 client is "
                "told, "
                "an older one is refused.",
                of_limits<&LimitConfig::max_keepalive>()
            )),
            0,
            65535
        ),
        within(
            byte_row(
                "max_packet_size",
                "2000000",
                "The largest packet that is accepted from a client.",
                of_limits<&LimitConfig::max_packet_size>()
            ),
            20,
            largest_packet
        ),
        within(
            byte_row(
                "message_size_limit",
                "0",
                "The largest payload that is delivered; 0 for any. Larger ones are acknowledged "
                "with an error.",
                of_limits<&LimitConfig::message_size_limit>()
            ),
            0,
            largest_packet
        ),
        byte_row(
            "memory_limit",
            "0",
            "How much heap the broker may use; 0 for any amount.",
            of_limits<&LimitConfig::memory_limit>()
        ),
        within(
            seconds(count_row(
                "connect_timeout",
                "10",
                "How long a new connection may take to send its CONNECT packet.",
                of_limits<&LimitConfig::connect_timeout>()
            )),
            1,
            3600
        ),
        within(
            seconds(count_row(
                "handshake_timeout",
                "10",
                "How long the TLS handshake and the upgrade of a WebSocket may take together.",
                of_limits<&LimitConfig::handshake_timeout>()
            )),
            1,
            3600
        ),
        within(
            count_row(
                "max_handshakes",
                "1000",
                "How many TLS handshakes may go on at a time; more connections are refused.",
                of_limits<&LimitConfig::max_handshakes>()
            ),
            1,
            no_maximum
        ),
        within(
            byte_row(
                "max_connect_size",
                "100000",
                "The largest CONNECT packet that is accepted.",
                of_limits<&LimitConfig::max_connect_size>()
            ),
            128,
            largest_packet
        ),
        within(
            count_row(
                "max_topic_levels",
                "200",
                "How many levels a topic name or filter may have.",
                of_limits<&LimitConfig::max_topic_levels>()
            ),
            1,
            65535
        ),
        count_row(
            "max_subscriptions_per_client",
            "1000",
            "How many topic filters a client may be subscribed to; 0 for any number.",
            of_limits<&LimitConfig::max_subscriptions_per_client>()
        ),
        within(
            count_row(
                "max_message_rate",
                "0",
                "How many messages a client may publish in a second before it is disconnected; 0 "
                "for any number.",
                of_limits<&LimitConfig::max_message_rate>()
            ),
            0,
            10'000'000
        ),
        within(
            count_row(
                "max_user_properties",
                "64",
                "How many user properties a packet may carry.",
                of_limits<&LimitConfig::max_user_properties>()
            ),
            1,
            65535
        ),
        within(
            byte_row(
                "max_output_bytes",
                "1048576",
                "How many bytes may wait to be sent on a connection before QoS 0 messages to it "
                "are dropped.",
                of_limits<&LimitConfig::max_output_bytes>()
            ),
            4096,
            1'073'741'824
        ),
        count_row(
            "max_retained_messages",
            "0",
            "How many retained messages are kept; 0 for any number.",
            of_limits<&LimitConfig::max_retained_messages>()
        ),
        byte_row(
            "max_retained_bytes",
            "0",
            "How many bytes of retained messages are kept; 0 for any number.",
            of_limits<&LimitConfig::max_retained_bytes>()
        ),
    };
    return rows;
}

} // namespace mqttd
