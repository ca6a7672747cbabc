// Rows of the option table: options of mosquitto whose feature mqttd does not have yet. Using one
// is an error that names what is missing, unless the value asks for nothing. Whoever builds a
// feature moves its rows to another file.
#include "tools/mqttd/config/option_table.hpp"

#include <algorithm>
#include <vector>

namespace mqttd {

namespace {

struct Missing {
    std::string_view name;
    std::string_view harmless = {};
    std::string_view alias = {};
};

void add(
    std::vector<Option>& rows, std::string_view needs, std::initializer_list<Missing> missing
) {
    for (const Missing& one : missing) {
        rows.push_back(
            {.name = one.name,
             .alias = one.alias,
             .is_prefix = one.name.ends_with('_'),
             .repeatable = true,
             .needs = needs,
             .harmless = one.harmless}
        );
    }
}

void add_security(std::vector<Option>& rows) {
    add(rows,
        "plugins",
        {{"plugin", {}, "auth_plugin"},
         {"global_plugin"},
         {"plugin_load"},
         {"plugin_use"},
         {"plugin_opt_"},
         {"auth_opt_"},
         {"auth_plugin_deny_special_chars"}});
}

void add_bridge(std::vector<Option>& rows) {
    add(rows,
        "bridges",
        {{"connection"},
         {"address", {}, "addresses"},
         {"topic"},
         {"round_robin"},
         {"start_type"},
         {"threshold"},
         {"idle_timeout"},
         {"restart_timeout"},
         {"keepalive_interval"},
         {"cleansession"},
         {"local_cleansession"},
         {"try_private"},
         {"notifications"},
         {"notifications_local_only"},
         {"notification_topic"},
         {"remote_clientid", {}, "clientid"},
         {"remote_username", {}, "username"},
         {"remote_password", {}, "password"},
         {"local_clientid"},
         {"local_username"},
         {"local_password"},
         {"bridge_alpn"},
         {"bridge_attempt_unsubscribe"},
         {"bridge_bind_address"},
         {"bridge_cafile"},
         {"bridge_capath"},
         {"bridge_certfile"},
         {"bridge_ciphers"},
         {"bridge_ciphers_tls1.3"},
         {"bridge_identity"},
         {"bridge_insecure"},
         {"bridge_keyfile"},
         {"bridge_max_packet_size"},
         {"bridge_max_topic_alias"},
         {"bridge_outgoing_retain"},
         {"bridge_protocol_version"},
         {"bridge_psk"},
         {"bridge_receive_maximum"},
         {"bridge_reload_type"},
         {"bridge_require_ocsp"},
         {"bridge_session_expiry_interval"},
         {"bridge_tcp_keepalive"},
         {"bridge_tcp_user_timeout"},
         {"bridge_tls_use_os_certs"},
         {"bridge_tls_version"}});
}

} // namespace

std::span<const Option> options_not_built() {
    static const std::vector<Option> table = [] {
        std::vector<Option> rows;
        add_security(rows);
        add_bridge(rows);
        add(rows, "the control interface", {{"enable_control_api", "false|0"}});
        add(rows, "the HTTP interface", {{"http_dir"}});
        return rows;
    }();
    return table;
}

} // namespace mqttd
