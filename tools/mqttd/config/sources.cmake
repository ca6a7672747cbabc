list(APPEND mqttd_sources
    config/config_error.cpp
    config/config_files.cpp
    config/finish_config.cpp
    config/handlers_general.cpp
    config/handlers_listener.cpp
    config/log_words.cpp
    config/option_table.cpp
    config/options_general.cpp
    config/options_limits.cpp
    config/options_listener.cpp
    config/options_logging.cpp
    config/options_not_built.cpp
    config/options_protocol.cpp
    config/parse_config.cpp
    config/suggestion.cpp
    config/value.cpp)
