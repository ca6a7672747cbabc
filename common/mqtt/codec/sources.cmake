# list(APPEND midge_mqtt_sources spec/… packet/… codec/…)
