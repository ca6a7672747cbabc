// What the options do that are more than one member: called by the parser, named in the option
// table. They change the draft or add an error to it.
#pragma once

#include "tools/mqttd/config/config_draft.hpp"

namespace mqttd::handle {

void include_dir(ConfigDraft& draft, const Statement& at, const Value& value);
void per_listener_settings(ConfigDraft& draft, const Statement& at, const Value& value);

void node_name(ConfigDraft& draft, const Statement& at, const Value& value);
void allow_anonymous(ConfigDraft& draft, const Statement& at, const Value& value);
void allow_zero_length_clientid(ConfigDraft& draft, const Statement& at, const Value& value);
void auto_id_prefix(ConfigDraft& draft, const Statement& at, const Value& value);
void password_file(ConfigDraft& draft, const Statement& at, const Value& value);
void acl_file(ConfigDraft& draft, const Statement& at, const Value& value);
void listener_auto_id_prefix(ConfigDraft& draft, const Statement& at, const Value& value);

void log_dest(ConfigDraft& draft, const Statement& at, const Value& value);
void log_type(ConfigDraft& draft, const Statement& at, const Value& value);

void listener(ConfigDraft& draft, const Statement& at, const Value& value);
void port(ConfigDraft& draft, const Statement& at, const Value& value);
void bind_address(ConfigDraft& draft, const Statement& at, const Value& value);
void protocol(ConfigDraft& draft, const Statement& at, const Value& value);
void accept_protocol_versions(ConfigDraft& draft, const Statement& at, const Value& value);
void mount_point(ConfigDraft& draft, const Statement& at, const Value& value);

void certfile(ConfigDraft& draft, const Statement& at, const Value& value);
void keyfile(ConfigDraft& draft, const Statement& at, const Value& value);
void psk_file(ConfigDraft& draft, const Statement& at, const Value& value);
void tls_keyform(ConfigDraft& draft, const Statement& at, const Value& value);
void tls_engine(ConfigDraft& draft, const Statement& at, const Value& value);
/// An option that mosquitto has and that changes nothing here; warns.
void without_effect(ConfigDraft& draft, const Statement& at, const Value& value);
void websockets_origin(ConfigDraft& draft, const Statement& at, const Value& value);
void trusted_proxy(ConfigDraft& draft, const Statement& at, const Value& value);
void allow_from(ConfigDraft& draft, const Statement& at, const Value& value);
void deny_from(ConfigDraft& draft, const Statement& at, const Value& value);

/// "3,4,5"
[[nodiscard]] std::string show_versions(const ListenerConfig& listener);

} // namespace mqttd::handle
