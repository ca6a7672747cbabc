list(APPEND mqttd_sources
    context/output_buffer.cpp
    context/timer_queue.cpp)
