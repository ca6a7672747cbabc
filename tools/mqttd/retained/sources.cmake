list(APPEND mqttd_sources
    retained/retained_store.cpp)
