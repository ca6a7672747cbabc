// Rows of the option table: what the protocol does with sessions, retained messages and anonymous
// clients.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

using access::of_broker;

std::span<const Option> protocol_options() {
    static constexpr Option rows[] = {
        {.name = "allow_anonymous",
         .type = ValueType::flag,
         .default_text = "false; true when no listener is configured",
         .help = "Whether clients without a user name may connect.",
         .handle = handle::allow_anonymous,
         .global = of_broker<&BrokerConfig::allow_anonymous>()},
        {.name = "allow_zero_length_clientid",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Whether clients may connect with an empty client id and get one from the broker.",
         .handle = handle::allow_zero_length_clientid,
         .listener = access::of_listener<&ListenerConfig::allow_zero_length_clientid>()},
        {.name = "auto_id_prefix",
         .type = ValueType::text,
         .default_text = "auto-",
         .maximum = 50,
         .deprecated = "use listener_auto_id_prefix",
         .help = "What the client ids begin with that the broker makes up.",
         .handle = handle::auto_id_prefix},
        {.name = "clientid_prefixes",
         .type = ValueType::text,
         .deprecated = "there is no replacement yet",
         .help = "Only clients whose id begins with this text may connect.",
         .global = of_broker<&BrokerConfig::clientid_prefixes>()},
        {.name = "persistent_client_expiration",
         .type = ValueType::duration,
         .minimum = 1,
         .maximum = 100LL * 365 * 86400,
         .help = "The longest time that the session of a client lives without a connection: a "
                 "number and "
                 "s, h, d, w, m or y. Not set: as long as the client asked for.",
         .global = of_broker<&BrokerConfig::persistent_client_expiration>()},
        {.name = "queue_qos0_messages",
         .type = ValueType::flag,
         .default_text = "false",
         .help = "Whether QoS 0 messages are kept for clients that are away.",
         .global = of_broker<&BrokerConfig::queue_qos0_messages>()},
        {.name = "allow_duplicate_messages",
         .type = ValueType::flag,
         .default_text = "true",
         .deprecated = "version 5 clients use subscription identifiers",
         .help = "Whether a 3.1 or 3.1.1 client with overlapping subscriptions gets a message once "
                 "for each.",
         .global = of_broker<&BrokerConfig::allow_duplicate_messages>()},
        {.name = "upgrade_outgoing_qos",
         .type = ValueType::flag,
         .default_text = "false",
         .help = "Delivers with the QoS of the subscription even when the message was published "
                 "with less.",
         .global = of_broker<&BrokerConfig::upgrade_outgoing_qos>()},
        {.name = "retain_available",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Whether clients may publish retained messages.",
         .global = of_broker<&BrokerConfig::retain_available>()},
        {.name = "retain_expiry_interval",
         .type = ValueType::integer,
         .minimum = 1,
         .maximum = 10'000'000,
         .unit = "minutes",
         .help = "How often expired retained messages that nobody asks for are removed. Not set: "
                 "every minute.",
         .global = of_broker<&BrokerConfig::retain_expiry_interval>()},
    };
    return rows;
}

} // namespace mqttd
