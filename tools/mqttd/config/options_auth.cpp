// Rows of the option table: who may connect, and what clients may do with which topics.
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/option_access.hpp"
#include "tools/mqttd/config/option_table.hpp"

namespace mqttd {

namespace {

template <auto Member>
constexpr Access<BrokerConfig> of_auth() {
    return access::of_broker<&BrokerConfig::auth, Member>();
}

constexpr Option failures_row(
    std::string_view name,
    std::string_view default_text,
    std::string_view help,
    Access<BrokerConfig> global
) {
    return {
        .name = name,
        .type = ValueType::integer,
        .default_text = default_text,
        .maximum = 1'000'000,
        .help = help,
        .global = global};
}

constexpr Option waiting_row(
    std::string_view name,
    std::string_view default_text,
    std::string_view help,
    Access<BrokerConfig> global
) {
    return {
        .name = name,
        .type = ValueType::integer,
        .default_text = default_text,
        .minimum = 1,
        .maximum = 100'000,
        .reload = Reload::restart,
        .help = help,
        .global = global};
}

} // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::span<const Option> auth_options() {
    static constexpr Option rows[] = {
        {.name = "password_file",
         .type = ValueType::text,
         .help = "A file of users and their passwords, as mqtt-passwd writes it. A client that "
                 "gives a user name must give the password as well. Read at start and at reload.",
         .handle = handle::password_file,
         .listener = access::of_listener<&ListenerConfig::password_file>()},
        {.name = "acl_file",
         .type = ValueType::text,
         .help = "A file of rules that say who may read and write which topics; what no rule "
                 "allows is forbidden. Read at start and at reload.",
         .handle = handle::acl_file,
         .listener = access::of_listener<&ListenerConfig::acl_file>()},
        {.name = "check_retain_source",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Whether who subscribes gets a retained message only if its publisher may still "
                 "publish to its topic. Publishers at listeners without acl_file always may.",
         .global = of_auth<&AuthConfig::retain_source_check>()},
        {.name = "session_owner_check",
         .type = ValueType::flag,
         .default_text = "true",
         .help = "Whether the session of a user who has shown a password, a certificate or a "
                 "shared key is kept from clients that connect with its client id as another "
                 "user, or as none. They are refused.",
         .global = of_auth<&AuthConfig::session_owner_check>()},
        failures_row(
            "auth_max_failures_per_address",
            "120",
            "How many logins from one address may fail in a minute before further ones are "
            "refused without a look at the password; 0 for any number. IPv6 addresses count by "
            "their first 64 bits.",
            of_auth<&AuthConfig::max_failures_per_address>()
        ),
        failures_row(
            "auth_max_failures_per_user",
            "60",
            "How many logins with one user name may fail in a minute before further ones are "
            "refused without a look at the password; 0 for any number. An address from which the "
            "user has logged in before is counted on its own, so that others cannot lock the user "
            "out there.",
            of_auth<&AuthConfig::max_failures_per_user>()
        ),
        waiting_row(
            "auth_max_waiting",
            "256",
            "How many logins may wait until their password is checked. Further ones are told that "
            "the server is busy.",
            of_auth<&AuthConfig::max_waiting>()
        ),
        waiting_row(
            "auth_max_waiting_per_address",
            "64",
            "How many of the waiting logins may come from one address. Addresses take turns.",
            of_auth<&AuthConfig::max_waiting_per_address>()
        ),
        {.name = "auth_threads",
         .type = ValueType::integer,
         .default_text = "auto",
         .minimum = 1,
         .maximum = 64,
         .zero_word = "auto",
         .reload = Reload::restart,
         .help = "How many threads check passwords; auto is one on machines with one or two cores "
                 "and two on others.",
         .global = of_auth<&AuthConfig::threads>()},
    };
    return rows;
}

} // namespace mqttd
