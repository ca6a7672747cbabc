# list(APPEND mqttd_sources sys/…)
