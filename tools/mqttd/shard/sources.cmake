# list(APPEND mqttd_sources shard/…)
