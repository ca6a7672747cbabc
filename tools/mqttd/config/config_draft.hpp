// A configuration while its file is being read: the values so far, what belongs to which listener,
// and all errors. Lives on the stack of the parser; the handlers of the option table fill it;
// finish() turns it into a BrokerConfig.
#pragma once

#include "tools/mqttd/config/broker_config.hpp"
#include "tools/mqttd/config/config_error.hpp"
#include "tools/mqttd/config/option.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mqttd {

/// One line of the file that sets an option. Views live as long as the file's text.
struct Statement {
    const Option* option = nullptr;
    std::string_view name = {};  ///< as written
    std::string_view value = {}; ///< the rest of the line, trimmed
    std::string file;
    std::size_t line = 0;

    [[nodiscard]] std::string origin() const { return file + ':' + std::to_string(line); }
};

struct ListenerDraft {
    ListenerConfig config;
    std::map<std::string_view, std::string> texts; ///< text options already set here → origin
    std::string first_option;                      ///< origin of the first option; empty: none
    std::string first_name;
    bool usable = false; ///< its line made sense
    bool auto_id_prefix_set = false;
    bool zero_length_set = false;
};

struct ConfigDraft {
    BrokerConfig config;
    ListenerDraft default_listener;      ///< for listener options before any `listener` line
    bool default_opened = false;         ///< `port` or `bind_address` was given
    std::deque<ListenerDraft> listeners; ///< of `listener` lines; addresses stay valid
    ListenerDraft* current =
        nullptr; ///< the section of the file being read; nullptr: default_listener
    std::map<std::string_view, std::string> texts; ///< global text options already set → origin

    bool per_listener = false; ///< per_listener_settings true
    std::string
        first_security_option; ///< name of the first option that per_listener_settings concerns
    std::optional<bool> allow_anonymous;
    std::optional<bool> allow_zero_length_clientid;
    std::optional<std::string> auto_id_prefix;
    std::string password_file; ///< of all listeners; empty: none
    std::string acl_file;
    std::string psk_file; ///< of all listeners; empty: none
    bool log_dest_set = false;
    bool log_type_set = false;

    std::function<void(const Statement&)>
        include; ///< reads the files of an include_dir; set by the parser

    ConfigErrors errors;
    ConfigErrors warnings;

    [[nodiscard]] ListenerDraft& section() {
        return current != nullptr ? *current : default_listener;
    }

    void error(const Statement& at, std::string message, std::string hint = {}) {
        errors.push_back({at.file, at.line, std::move(message), std::move(hint)});
    }

    void warning(const Statement& at, std::string message, std::string hint = {}) {
        warnings.push_back({at.file, at.line, std::move(message), std::move(hint)});
    }
};

/// Fills in what depends on the whole file: implicit listeners, anonymous access, inherited values,
/// clashes.
void finish(ConfigDraft& draft);

} // namespace mqttd
