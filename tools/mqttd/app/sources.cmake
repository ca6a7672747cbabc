list(APPEND mqttd_sources
    app/account.cpp
    app/background.cpp
    app/broker.cpp
    app/broker_listeners.cpp
    app/listener_change.cpp
    app/daemon.cpp
    app/housekeeping.cpp
    app/log_topic_sink.cpp
    app/open_listeners.cpp
    app/open_store.cpp
    app/pid_file.cpp
    app/run_daemon.cpp
    app/restore_state.cpp
    app/signal_queue.cpp
    app/start_config.cpp
    app/state_keeper.cpp
    app/systemd_notifier.cpp)
