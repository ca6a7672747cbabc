// Handlers of general, protocol and logging options.
#include "common/base/escape.hpp"
#include "tools/mqttd/config/handlers.hpp"
#include "tools/mqttd/config/log_words.hpp"
#include "tools/mqttd/config/value.hpp"

namespace mqttd::handle {

namespace {

void note_security_option(ConfigDraft& draft, const Statement& at) {
    if (draft.first_security_option.empty()) {
        draft.first_security_option = std::string(at.name) + " at " + at.origin();
    }
}

/// nullptr: the global value is meant.
ListenerDraft* security_section(ConfigDraft& draft, const Statement& at) {
    note_security_option(draft, at);
    if (!draft.per_listener) return nullptr;
    ListenerDraft& section = draft.section();
    if (section.first_option.empty()) {
        section.first_option = at.origin();
        section.first_name = at.name;
    }
    return &section;
}

void access_file(
    ConfigDraft& draft,
    const Statement& at,
    const Value& value,
    std::string ListenerConfig::*of_listener,
    std::string ConfigDraft::*of_all
) {
    if (ListenerDraft* section = security_section(draft, at)) {
        section->config.*of_listener = value.text;
        section->config.origins[std::string(at.option->name)] = at.origin();
    } else {
        draft.*of_all = value.text;
    }
}

void log_file(ConfigDraft& draft, const Statement& at, std::string_view path) {
    if (path.empty()) {
        draft.error(at, "log_dest file needs the path of a file");
    } else if (!draft.config.log.file.empty()) {
        draft.error(
            at,
            "log_dest file is set twice; only one log file is possible",
            "the first is " + base::in_quotes(draft.config.log.file)
        );
    } else {
        draft.config.log.file = path;
    }
}

} // namespace

void include_dir(ConfigDraft& draft, const Statement& at, const Value&) {
    if (at.value.empty()) {
        draft.error(at, "include_dir needs the path of a directory");
    } else {
        draft.include(at);
    }
}

void per_listener_settings(ConfigDraft& draft, const Statement& at, const Value& value) {
    if (!draft.first_security_option.empty()) {
        draft.error(
            at,
            "per_listener_settings must stand before the options it concerns",
            "the first of them is " + draft.first_security_option
        );
        return;
    }
    draft.per_listener = value.number != 0;
}

void node_name(ConfigDraft& draft, const Statement& at, const Value& value) {
    const bool is_level = value.text.find_first_of("/+#") == std::string::npos;
    if (value.text.empty() || !is_level) {
        draft.error(
            at,
            "node_name has to be one level of a topic, and " + base::in_quotes(value.text) +
                " is not",
            "a word without the characters / + #"
        );
        return;
    }
    draft.config.node_name = value.text;
}

void allow_anonymous(ConfigDraft& draft, const Statement& at, const Value& value) {
    const bool allowed = value.number != 0;
    if (ListenerDraft* section = security_section(draft, at)) {
        section->config.allow_anonymous = allowed;
    } else {
        draft.allow_anonymous = allowed;
    }
}

void allow_zero_length_clientid(ConfigDraft& draft, const Statement& at, const Value& value) {
    const bool allowed = value.number != 0;
    if (ListenerDraft* section = security_section(draft, at)) {
        section->config.allow_zero_length_clientid = allowed;
        section->zero_length_set = true;
    } else {
        draft.allow_zero_length_clientid = allowed;
    }
}

void auto_id_prefix(ConfigDraft& draft, const Statement& at, const Value& value) {
    if (ListenerDraft* section = security_section(draft, at)) {
        section->config.auto_id_prefix = value.text;
        section->auto_id_prefix_set = true;
    } else {
        draft.auto_id_prefix = value.text;
    }
}

void password_file(ConfigDraft& draft, const Statement& at, const Value& value) {
    access_file(draft, at, value, &ListenerConfig::password_file, &ConfigDraft::password_file);
}

void acl_file(ConfigDraft& draft, const Statement& at, const Value& value) {
    access_file(draft, at, value, &ListenerConfig::acl_file, &ConfigDraft::acl_file);
}

void psk_file(ConfigDraft& draft, const Statement& at, const Value& value) {
    if (ListenerDraft* section = security_section(draft, at)) {
        section->config.tls.psk_file = value.text;
        section->config.origins[std::string(at.option->name)] = at.origin();
    } else {
        draft.psk_file = value.text;
    }
}

void listener_auto_id_prefix(ConfigDraft& draft, const Statement&, const Value& value) {
    draft.section().config.auto_id_prefix = value.text;
    draft.section().auto_id_prefix_set = true;
}

void log_dest(ConfigDraft& draft, const Statement& at, const Value&) {
    LogConfig& log = draft.config.log;
    std::string_view path = at.value;
    const std::string_view word = take_word(path);
    const bool only_word = without_comment(path).empty();
    if (word == "dlt" || word == "android") {
        draft.error(
            at, "log_dest " + std::string(word) + ": needs a system that mqttd is not built for"
        );
        return;
    }
    if (!is_one_of(word, "none|stderr|stdout|syslog|topic|file") ||
        (word != "file" && !only_word)) {
        const std::string got = word.empty() ? "" : " (got " + base::in_quotes(at.value) + ")";
        draft.error(at, "log_dest must be none, stderr, stdout, syslog, topic or file PATH" + got);
        return;
    }
    if (!draft.log_dest_set) log.to_stderr = false;
    draft.log_dest_set = true;
    if (word == "none")
        copy_destinations(log, LogConfig{.to_stderr = false, .file = {}, .timestamp_format = {}});
    if (word == "stderr") log.to_stderr = true;
    if (word == "stdout") log.to_stdout = true;
    if (word == "syslog") log.to_syslog = true;
    if (word == "topic") log.to_topic = true;
    if (word == "file") log_file(draft, at, path);
}

void log_type(ConfigDraft& draft, const Statement& at, const Value&) {
    std::string_view rest = at.value;
    const std::string_view word = take_word(rest);
    const auto bits = find_log_type(word);
    if (!bits || !without_comment(rest).empty()) {
        const std::string got = word.empty() ? "" : " (got " + base::in_quotes(at.value) + ")";
        draft.error(
            at,
            "log_type must be error, warning, notice, information, debug, subscribe, unsubscribe, "
            "internal, websockets, all or none" +
                got
        );
        return;
    }
    if (!draft.log_type_set || *bits == 0) draft.config.log.types = 0;
    draft.log_type_set = true;
    draft.config.log.types |= *bits;
}

} // namespace mqttd::handle
