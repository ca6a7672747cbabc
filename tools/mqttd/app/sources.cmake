list(APPEND mqttd_sources app/broker.cpp app/housekeeping.cpp)
