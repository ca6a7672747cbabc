list(APPEND mqttd_sources
    persistence/commit_planner.cpp
    persistence/commit_queue.cpp
    persistence/committer.cpp
    persistence/journal.cpp
    persistence/store_thread.cpp)
