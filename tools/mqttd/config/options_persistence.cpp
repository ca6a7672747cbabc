// Rows of the option table: what is kept on disk.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

using access::of_broker;

std::span<const Option> persistence_options() {
    static constexpr Option rows[] = {
        {.name = "persistence",
         .alias = "retained_persistence",
         .type = ValueType::flag,
         .default_text = "false",
         .reload = Reload::restart,
         .help = "Whether sessions, their messages and retained messages are kept on disk. A "
                 "message is acknowledged when it is there.",
         .global = of_broker<&BrokerConfig::persistence, &PersistenceConfig::on>()},
        {.name = "persistence_location",
         .type = ValueType::text,
         .reload = Reload::restart,
         .help = "The folder of persistence_file. Not set: the folder where mqttd was started.",
         .global = of_broker<&BrokerConfig::persistence, &PersistenceConfig::location>()},
        {.name = "persistence_file",
         .type = ValueType::text,
         .default_text = "mqttd.db",
         .reload = Reload::restart,
         .help = "The name of the file. It is not in the format of mosquitto.db.",
         .global = of_broker<&BrokerConfig::persistence, &PersistenceConfig::file>()},
        {.name = "persistence_fsync",
         .type = ValueType::flag,
         .default_text = "false",
         .reload = Reload::restart,
         .help = "Whether a message is acknowledged only when the disk has it: then nothing is "
                 "lost by a power cut either. Without it nothing is lost by a crash of mqttd.",
         .global = of_broker<&BrokerConfig::persistence, &PersistenceConfig::fsync>()},
        {.name = "persistence_on_corruption",
         .type = ValueType::choice,
         .default_text = "refuse",
         .choices = "refuse|start_empty",
         .reload = Reload::restart,
         .help = "What to do when persistence_file cannot be read: it is set aside under another "
                 "name, and mqttd does not start, or starts without sessions and retained "
                 "messages.",
         .global = of_broker<&BrokerConfig::persistence, &PersistenceConfig::on_corruption>()},
        {.name = "persistence_max_size",
         .type = ValueType::integer,
         .default_text = "0",
         .unit = "bytes",
         .reload = Reload::restart,
         .help = "The largest size of persistence_file; 0: as large as the disk. When it is "
                 "reached, messages of QoS 1 and 2 are refused until there is room again.",
         .global = of_broker<&BrokerConfig::persistence, &PersistenceConfig::max_size>()},
        {.name = "autosave_interval",
         .type = ValueType::integer,
         .default_text = "1800",
         .unit = "seconds",
         .help = "Changes nothing: every change is saved at once.",
         .handle = handle::without_effect},
        {.name = "autosave_on_changes",
         .type = ValueType::flag,
         .default_text = "false",
         .help = "Changes nothing: every change is saved at once.",
         .handle = handle::without_effect},
    };
    return rows;
}

} // namespace mqttd
