list(APPEND mqttd_sources
    connection/address_lists.cpp
    connection/connect.cpp
    connection/connect_handshake.cpp
    connection/connection.cpp
    connection/filtered_transport.cpp
    connection/listener_filters.cpp
    connection/listener_state.cpp
    connection/log_in.cpp
    connection/presence.cpp
    connection/receive_bytes.cpp
    connection/unsent_output.cpp)
