// The configuration as values: what the rest of the broker reads. Built by the parser from the
// option table; a snapshot is immutable once published to the shards. Defaults here are the
// defaults of the option table.
#pragma once

#include "common/base/log_level.hpp"
#include "common/crypto/tls/tls_context.hpp"
#include "common/net/network.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mqttd {

enum class SocketDomain : std::uint8_t { any, ipv4, ipv6 };
enum class ProxyProtocol : std::uint8_t { off = 0, v1 = 1, v2 = 2 };

enum class TlsMinimum : std::uint8_t { tls_1_2 = 1, tls_1_3 = 2 };

/// The TLS of one listener. It speaks TLS when it has a certificate or a psk_hint.
struct ListenerTls {
    std::vector<std::string> certificate_files; ///< each with the key of the same place
    std::vector<std::string> key_files;
    std::string ca_file;
    std::string ca_path;
    std::string crl_file;
    std::string ciphers;
    std::string cipher_suites; ///< of TLS 1.3
    TlsMinimum minimum = TlsMinimum::tls_1_2;
    bool require_certificate = false;
    bool ignores_client_dates = false;
    bool identity_as_username = false;
    bool subject_as_username = false;
    std::string psk_file;
    std::optional<std::string> psk_hint;
    std::string keylog_file;
    /// Made of the files at start and reload; nullptr: plain.
    std::shared_ptr<const crypto::TlsContext> context = {};
};

/// One `listener` section. [mosquitto.conf]
struct ListenerConfig {
    std::string origin; ///< "file:line" for messages; empty for the implicit ones
    /// Taken out by a reload: nobody can connect any more, but sessions that its clients left
    /// behind still go by its settings.
    bool closed = false;
    std::uint16_t port = 1883;
    std::string address;   ///< host name, address or empty for all
    std::string unix_path; ///< not empty: a Unix socket (port 0)
    std::string bind_interface;
    SocketDomain socket_domain = SocketDomain::any;
    bool accept_v31 = true;
    bool accept_v311 = true;
    bool accept_v5 = true;
    std::int64_t max_connections = -1;
    std::int64_t max_connections_per_address = -1;
    std::uint8_t max_qos = 2;
    std::uint16_t max_topic_alias = 10;
    std::uint16_t max_topic_alias_broker = 10;
    std::string mount_point;
    bool use_username_as_clientid = false;
    ProxyProtocol proxy_protocol = ProxyProtocol::off;
    bool proxy_requires_tls = false;
    std::vector<net::Network> allow_from; ///< empty: all
    std::vector<net::Network> deny_from;
    ListenerTls tls;
    bool websockets = false;
    std::vector<std::string> websockets_origins;       ///< empty: any
    std::chrono::seconds websockets_ping_interval{25}; ///< 0: none
    std::vector<net::Network> trusted_proxies;
    std::optional<bool> allow_anonymous; ///< nullopt: the global value
    std::string password_file;           ///< empty: logins are not checked
    std::string acl_file;                ///< empty: everybody may do everything
    std::string auto_id_prefix = "auto-";
    bool allow_zero_length_clientid = true;
    std::map<std::string, std::string> origins =
        {}; ///< option → "file:line" where it was set, for messages
};

struct LogConfig {
    bool to_stderr = true;
    bool to_stdout = false;
    bool to_syslog = false;
    bool to_topic = false;
    std::string file;
    int syslog_facility = -1; ///< 0..7 = local0..local7, -1 = daemon
    base::LogMask types = base::default_log_mask;
    std::uint32_t rate_limit = 10'000; ///< lines of one type a second, 0: none
    bool connection_messages = true;
    bool timestamp = true;
    std::string timestamp_format; ///< strftime; empty = seconds since the epoch
};

/// What happens to a message of QoS 1 or 2 that the queue of a session has no room for.
enum class QueuePolicy : std::uint8_t { drop_new = 1, drop_old = 2, disconnect = 3 };

struct LimitConfig {
    std::int64_t global_max_clients = -1;
    std::int64_t global_max_connections = -1;
    std::uint16_t max_inflight_messages = 20; ///< 0 and 65535: no limit
    std::size_t max_inflight_bytes = 0;       ///< 0: none
    std::size_t max_queued_messages = 1000;   ///< 0: none
    std::size_t max_queued_bytes = 0;         ///< 0: none
    QueuePolicy queue_policy = QueuePolicy::drop_new;
    std::uint16_t max_keepalive = 0;            ///< seconds, 0: any
    std::size_t max_packet_size = 2'000'000;    ///< bytes
    std::size_t max_connect_size = 100'000;     ///< bytes of a CONNECT packet
    std::size_t message_size_limit = 0;         ///< payload bytes, 0: none
    std::size_t memory_limit = 0;               ///< bytes of heap, 0: none
    std::chrono::seconds connect_timeout{10};   ///< from accept to CONNECT
    std::chrono::seconds handshake_timeout{10}; ///< of TLS and WebSocket
    std::int64_t max_handshakes = 1000;         ///< of TLS, that go on at a time
    std::size_t max_topic_levels = 200;
    std::size_t max_subscriptions_per_client = 1000; ///< 0: none
    std::uint32_t max_message_rate = 0;              ///< of one client, in a second; 0: none
    std::size_t max_user_properties = 64;            ///< of one packet
    std::size_t max_output_bytes =
        1'048'576; ///< unsent bytes of one connection before QoS 0 is dropped
    std::size_t max_retained_messages = 0; ///< 0: none
    std::size_t max_retained_bytes = 0;    ///< 0: none
};

/// Logins and what they cost.
struct AuthConfig {
    unsigned threads = 0;                         ///< that hash passwords; 0: one or two
    std::size_t max_waiting = 256;                ///< logins that wait for a thread
    std::size_t max_waiting_per_address = 64;     ///< of them, from one address
    std::uint32_t max_failures_per_address = 120; ///< a minute; 0: any number
    std::uint32_t max_failures_per_user = 60;     ///< a minute; 0: any number
    bool session_owner_check = true;
    bool retain_source_check = true;
};

enum class UnreadableStore : std::uint8_t { refuse = 1, start_empty = 2 };

/// What is kept on disk, and how safely.
struct PersistenceConfig {
    bool on = false;
    std::string location; ///< a folder; empty: where the broker was started
    std::string file = "mqttd.db";
    bool fsync = false; ///< power cuts are survived as well
    UnreadableStore on_corruption = UnreadableStore::refuse;
    std::uint64_t max_size = 0; ///< bytes of the file; 0: none
};

/// What is published when a client comes or goes.
struct PresenceConfig {
    bool on = false;
    bool retain = false;                         ///< a state for each client as well
    bool connection_state = false;               ///< as mosquitto's plugin has it
    std::chrono::seconds offline_expiry{86'400}; ///< of the retained states of who is gone
};

struct BrokerConfig {
    /// What to listen on. Without a listener in the file: 127.0.0.1 and ::1, without origin; the
    /// parser fills them in.
    std::vector<ListenerConfig> listeners;
    bool local_only = false; ///< true when no listener was configured
    LogConfig log;
    LimitConfig limits;
    AuthConfig auth;
    PersistenceConfig persistence;
    PresenceConfig presence;
    std::string node_name; ///< a level of topics; empty: the name of the host
    unsigned threads = 0;  ///< 0: one for each core
    std::string user;      ///< empty: default names
    std::string pid_file;
    std::chrono::seconds sys_interval{10}; ///< 0: off
    bool tcp_nodelay = true;
    std::size_t packet_buffer_size = 0; ///< 0: not set
    bool allow_anonymous = false;
    bool retain_available = true;
    std::optional<std::chrono::minutes> retain_expiry_interval;
    bool upgrade_outgoing_qos = false;
    bool allow_duplicate_messages = true;
    bool queue_qos0_messages = false;
    std::optional<std::chrono::seconds> persistent_client_expiration;
    std::vector<std::string> clientid_prefixes;
    std::map<std::string, std::string>
        origins; ///< option → "file:line" where it was set, for messages
};

} // namespace mqttd
