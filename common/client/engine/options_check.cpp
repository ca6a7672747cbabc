#include "common/client/engine/options_check.hpp"

#include "common/base/escape.hpp"
#include "common/base/utf8.hpp"
#include "common/mqtt/topic/topic.hpp"

namespace client::engine {

namespace {

using mqtt::ProtocolVersion;

/// A string of the wire. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
bool is_text(std::string_view text) {
    return text.size() <= mqtt::max_string_length && base::is_valid_utf8(text) &&
           text.find('\0') == std::string_view::npos;
}

std::optional<std::string> problem_of_id(const SessionOptions& options) {
    if (!is_text(options.client_id)) return "the client id is not UTF-8 of at most 65535 bytes";
    if (!options.client_id.empty()) return std::nullopt;
    if (options.version == ProtocolVersion::v31) return "MQTT 3.1 needs a client id";
    const bool keeps_session = !options.clean_start || options.session_expiry_interval != 0;
    if (options.version == ProtocolVersion::v311 && keeps_session) // [MQTT311-3.1.3-7]
        return "a session that outlives the connection needs a client id";
    return std::nullopt;
}

std::optional<std::string> problem_of_login(const SessionOptions& options) {
    if (options.user_name.has_value() && !is_text(*options.user_name))
        return "the user name is not UTF-8 of at most 65535 bytes";
    if (!options.password.has_value()) return std::nullopt;
    if (options.password->size() > mqtt::max_string_length)
        return "the password is longer than 65535 bytes";
    const bool needs_user = options.version != ProtocolVersion::v5; // [MQTT311-3.1.2-22]
    if (needs_user && !options.user_name.has_value())
        return "a password without a user name needs MQTT 5.0";
    return std::nullopt;
}

std::optional<std::string> problem_of_will(const Message& will) {
    if (!base::is_valid_utf8(will.topic) || !mqtt::topic::is_valid_name(will.topic))
        return "invalid will topic \"" + base::escaped(will.topic) + "\"";
    if (will.payload.size() > mqtt::max_string_length)
        return "the will's payload is longer than 65535 bytes";
    return std::nullopt;
}

} // namespace

std::optional<std::string> problem_of(const SessionOptions& options) {
    if (options.keep_alive.count() < 0 || options.keep_alive.count() > 65535)
        return "the keep alive interval is not between 0 and 65535 seconds";
    if (auto problem = problem_of_id(options)) return problem;
    if (auto problem = problem_of_login(options)) return problem;
    if (options.will.has_value()) return problem_of_will(*options.will);
    return std::nullopt;
}

} // namespace client::engine
