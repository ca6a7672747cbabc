#include "tools/mqttd/logging/log_topics.hpp"

namespace mqttd {

std::string_view log_topic(base::LogLevel level) {
    switch (level) {
    case base::LogLevel::error:
        return "$SYS/broker/log/E";
    case base::LogLevel::warning:
        return "$SYS/broker/log/W";
    case base::LogLevel::notice:
        return "$SYS/broker/log/N";
    case base::LogLevel::information:
        return "$SYS/broker/log/I";
    case base::LogLevel::subscribe:
        return "$SYS/broker/log/M/subscribe";
    case base::LogLevel::unsubscribe:
        return "$SYS/broker/log/M/unsubscribe";
    case base::LogLevel::websockets:
        return "$SYS/broker/log/WS";
    case base::LogLevel::debug:
    case base::LogLevel::internal:
        break;
    }
    return {};
}

} // namespace mqttd
