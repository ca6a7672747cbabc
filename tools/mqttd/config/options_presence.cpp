// Rows of the option table: who comes and who goes.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

using access::of_broker;

std::span<const Option> presence_options() {
    static constexpr Option rows[] = {
        {.name = "presence",
         .type = ValueType::flag,
         .default_text = "false",
         .help = "Whether $SYS/brokers/NODE/clients/ID/connected and .../disconnected tell of each "
                 "client that comes and goes, in JSON. In ID the characters / + # % are written "
                 "%2F %2B %23 %25. Who may read them is a matter of acl_file.",
         .global = of_broker<&BrokerConfig::presence, &PresenceConfig::on>()},
        {.name = "presence_retain",
         .type = ValueType::flag,
         .default_text = "false",
         .help = "Whether presence also keeps a retained message for each client at "
                 "$SYS/brokers/NODE/clients/ID/state: the same JSON with a member online.",
         .global = of_broker<&BrokerConfig::presence, &PresenceConfig::retain>()},
        {.name = "presence_connection_state",
         .type = ValueType::flag,
         .default_text = "false",
         .help = "Whether presence also keeps a retained 1 or 0 for each client at "
                 "$SYS/broker/connection/client/ID/state, as mosquitto's plugin connection-state "
                 "does.",
         .global = of_broker<&BrokerConfig::presence, &PresenceConfig::connection_state>()},
        {.name = "presence_offline_expiry",
         .type = ValueType::integer,
         .default_text = "86400",
         .minimum = 1,
         .maximum = 4'294'967'294,
         .unit = "seconds",
         .help = "How long the retained messages of presence stay for a client that is gone.",
         .global = of_broker<&BrokerConfig::presence, &PresenceConfig::offline_expiry>()},
        {.name = "node_name",
         .type = ValueType::text,
         .help = "The name of this broker in the topics of presence: one level of a topic. Not "
                 "set: the name of the host.",
         .handle = handle::node_name,
         .global = of_broker<&BrokerConfig::node_name>()},
    };
    return rows;
}

} // namespace mqttd
