# list(APPEND midge_mqtt_sources topic/… flow/…)
