list(APPEND mqttd_sources
    logging/log_line.cpp
    logging/log_topics.cpp
    logging/logger.cpp
    logging/open_sinks.cpp
    logging/rate_limit.cpp
    logging/stream_sink.cpp
    logging/syslog_sink.cpp)
