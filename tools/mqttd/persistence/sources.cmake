list(APPEND mqttd_sources
    persistence/commit_planner.cpp
    persistence/commit_queue.cpp
    persistence/committer.cpp
    persistence/journal.cpp
    persistence/memory_store.cpp
    persistence/set_aside.cpp
    persistence/sqlite_backup.cpp
    persistence/sqlite_connect.cpp
    persistence/sqlite_engine.cpp
    persistence/sqlite_errors.cpp
    persistence/sqlite_handle.cpp
    persistence/sqlite_loader.cpp
    persistence/sqlite_open.cpp
    persistence/sqlite_schema.cpp
    persistence/sqlite_writer.cpp
    persistence/store_thread.cpp
    persistence/stored_values.cpp)
