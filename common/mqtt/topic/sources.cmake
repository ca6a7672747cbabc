list(APPEND midge_mqtt_sources
    flow/packet_id_pool.cpp
    flow/receive_flow.cpp
    flow/topic_alias.cpp
    topic/topic.cpp
)
