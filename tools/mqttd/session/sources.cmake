list(APPEND mqttd_sources
    session/acknowledge.cpp
    session/attach.cpp
    session/deliver.cpp
    session/keep.cpp
    session/link.cpp
    session/outbox.cpp
    session/publish_writer.cpp
    session/receive_publish.cpp
    session/replay_retained.cpp
    session/restore.cpp
    session/session_table.cpp
    session/subscribe.cpp
    session/will.cpp)
