# list(APPEND mqttd_sources app/…)
