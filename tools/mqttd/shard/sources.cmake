list(APPEND mqttd_sources
    shard/acceptor.cpp
    shard/durability.cpp
    shard/event_loop.cpp
    shard/home.cpp
    shard/inbox.cpp
    shard/mailroom.cpp
    shard/receive_mail.cpp
    shard/retained_desk.cpp
    shard/shard.cpp
    shard/socket_transport.cpp)
