list(APPEND mqttd_sources
    persistence/closed_store.cpp
    persistence/import_file.cpp
    persistence/import_mosquitto.cpp
    persistence/memory_store.cpp
    persistence/mosquitto_db.cpp
    persistence/mosquitto_values.cpp
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
    persistence/stored_values.cpp)
