# list(APPEND mqttd_sources config/…)
