list(APPEND mqttd_sources
    publish/message.cpp
    publish/publish_pipeline.cpp)
